import { startSimulator, type AppConfig, type CorpConfig, type Simulator, type SimulatorOptions } from '..';

export const CORP = 'wwcorp0123456789ab';
export const OTHER_CORP = 'wwother0123456789a';
export const AGENT = '1000002';
export const SECRET = 'secret-of-app';
export const WECOM_UA = 'Mozilla/5.0 (Linux; Android 16) Mobile Safari/537.36 wxwork/5.0.6 MicroMessenger/7.0.1';

/** Time that a test moves by hand. */
export const time = {
  now: 1_800_000_000_000,
  pass(ms: number) {
    this.now += ms;
  },
};

const app = (more: Partial<AppConfig> = {}): AppConfig => ({
  agentId: AGENT,
  secret: SECRET,
  visible: ['ZhangSan', 'lisi', 'left', 'disabled'],
  oauthDomain: 'app.example.com',
  webLoginDomain: 'login.example.com:8443',
  sensitiveFields: ['mobile', 'email', 'gender'],
  ...more,
});

export function corps(): CorpConfig[] {
  return [
    {
      corpId: CORP,
      apps: [app(), { agentId: 1000003, secret: 'secret-of-second-app', oauthDomain: 'second.example.com' }],
      members: [
        {
          userid: 'ZhangSan',
          name: '张三',
          mobile: '13800000001',
          email: 'zhang@example.com',
          biz_mail: 'zhang@corp.example.com',
          gender: '1',
          department: [1, 7],
        },
        { userid: 'lisi', name: '李四' },
        { userid: 'outside', name: '王五' },
        { userid: 'left', name: '孙七', status: 5 },
        { userid: 'disabled', name: '吴八', status: 2 },
      ],
      outsider: { openid: 'oStranger', name: '访客', external_userid: 'wmStranger' },
      linked: { userid: 'wwlinked/lin', name: '林' },
    },
    {
      corpId: OTHER_CORP,
      apps: [{ agentId: AGENT, secret: 'secret-of-other-corp' }],
      members: [{ userid: 'zhangsan' }],
    },
  ];
}

export function start(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ corps: corps(), clock: () => time.now, ...options });
}

export type Answer = { errcode: number; errmsg: string } & Record<string, unknown>;

/** Calls `/cgi-bin/<path>` and returns the parsed answer, checking what every answer must have. */
export async function call(wecom: Simulator, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(`${wecom.apiBaseUrl}/cgi-bin/${path}`, init);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
  const answer = (await response.json()) as Answer;
  expect(response.headers.get('error-code')).toBe(String(answer.errcode));
  expect(response.headers.get('error-msg')).toBe(answer.errmsg);
  return answer;
}

export const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export async function tokenOf(wecom: Simulator, secret = SECRET, corpId = CORP): Promise<string> {
  const answer = await call(wecom, `gettoken?corpid=${corpId}&corpsecret=${secret}`);
  return String(answer['access_token']);
}
