import { isVisible } from '../corps';
import { SENSITIVE_FIELDS, type Member } from '../types';
import type { ApiCall } from './call';
import { ApiError } from './errors';

/** What private editions are reported to answer; the exact set is not documented. */
function olderShape(answer: Record<string, unknown>, { alias, status }: Member): Record<string, unknown> {
  const older = { ...answer, english_name: alias, isleader: 0, enable: status === 2 ? 0 : 1 };
  for (const field of ['is_leader_in_dept', 'direct_leader', 'main_department', 'biz_mail']) {
    Reflect.deleteProperty(older, field);
  }
  return older;
}

/** `user/get`. Apps made after 2022-06-20 get none of the sensitive fields here (WeCom doc 90196). */
export const userGet: ApiCall = {
  method: 'GET',
  defaults: { department: [], order: [], is_leader_in_dept: [], direct_leader: [] },
  answer({ world, query, corp, app }) {
    const userid = query.get('userid');
    if (!userid) throw new ApiError(41009);
    const member = corp.findMember(userid);
    if (!member) throw new ApiError(60111);
    if (!isVisible(app, member.userid)) throw new ApiError(60011);
    const answer: Record<string, unknown> = {
      userid: member.userid,
      name: member.name,
      department: member.department,
      order: member.department.map(() => 0),
      position: member.position,
      mobile: member.mobile,
      gender: member.gender,
      email: member.email,
      biz_mail: member.biz_mail,
      is_leader_in_dept: member.department.map(() => 0),
      direct_leader: [],
      avatar: member.avatar,
      telephone: '',
      alias: member.alias,
      address: member.address,
      main_department: member.department[0] ?? 1,
      extattr: { attrs: [] },
      status: member.status,
      qr_code: member.qr_code,
    };
    if (app.createdAfter2022) {
      for (const field of SENSITIVE_FIELDS) delete answer[field];
    }
    return world.edition === 'private' ? olderShape(answer, member) : answer;
  },
};
