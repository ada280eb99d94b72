import type { CorpConfig } from './types';

export const DEMO_CORP_ID = 'wwdemo0123456789ab';
export const DEMO_AGENT_ID = '1000002';
export const DEMO_SECRET = 'demo-secret-of-an-invented-company-0123456789';

/** An invented company with one member for each case that a sign-in has to deal with. */
export function demoCorp(): CorpConfig {
  return {
    corpId: DEMO_CORP_ID,
    name: '演示科技 Demo Ltd',
    apps: [
      {
        agentId: DEMO_AGENT_ID,
        secret: DEMO_SECRET,
        name: 'NocoBase',
        visible: ['zhangsan', 'lisi', 'LiuYang', 'zhaoliu', 'sunqi'],
        sensitiveFields: ['mobile', 'email', 'biz_mail', 'avatar', 'gender'],
      },
    ],
    members: [
      // An ordinary member with a phone.
      {
        userid: 'zhangsan',
        name: '张三',
        mobile: '13800000001',
        email: 'zhangsan@example.com',
        gender: '1',
        position: '产品经理',
      },
      // No phone set.
      { userid: 'lisi', name: '李四', email: 'lisi@example.com', gender: '2', position: '设计师' },
      // Outside the visible range of the app.
      { userid: 'wangwu', name: '王五', mobile: '13800000003', position: '外勤' },
      // Personal and corporate e-mail.
      {
        userid: 'zhaoliu',
        name: '赵六',
        mobile: '13800000004',
        email: 'zhaoliu@example.com',
        biz_mail: 'zhaoliu@corp.example.com',
        gender: '1',
        position: '工程师',
      },
      // Left the company.
      { userid: 'sunqi', name: '孙七', mobile: '13800000005', status: 5 },
      // A userid with capitals, which callers must compare without case.
      {
        userid: 'LiuYang',
        name: '刘洋 Leo',
        mobile: '13800000006',
        biz_mail: 'leo@corp.example.com',
        position: '销售',
      },
    ],
    outsider: { openid: 'oDemo0123456789abcdefghijkl', name: '周访客', external_userid: 'wmDemo0123456789abcdefghi' },
    linked: { userid: 'wwpartner0123456789/qian.linked', name: '钱伙伴' },
  };
}
