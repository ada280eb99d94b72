import { openidOf } from './ids';
import type { App, CorpConfig, LinkedPerson, Member, MemberConfig, Outsider, AppConfig } from './types';

const fold = (userid: string) => userid.toLowerCase();

function toMember(config: MemberConfig): Member {
  return {
    name: config.userid,
    mobile: '',
    email: '',
    biz_mail: '',
    avatar: '',
    gender: '0',
    qr_code: '',
    address: '',
    status: 1,
    position: '',
    alias: '',
    ...structuredClone(config),
    department: config.department ? [...config.department] : [1],
  };
}

function toApp(config: AppConfig): App {
  return {
    name: `App ${config.agentId}`,
    enabled: true,
    visible: null,
    visibleDepartments: [],
    visibleTags: [],
    oauthDomain: '',
    webLoginDomain: '',
    trustedIps: null,
    createdAfter2022: true,
    homeUrl: '',
    ...structuredClone(config),
    agentId: String(config.agentId),
    sensitiveFields: config.sensitiveFields ? [...config.sensitiveFields] : [],
  };
}

/** One company. Everything in it may be changed by a test at any time. */
export class Corp {
  readonly corpId: string;
  name: string;
  apps: App[];
  members: Member[];
  outsider: Outsider;
  linked: LinkedPerson;

  constructor(config: CorpConfig) {
    this.corpId = config.corpId;
    this.name = config.name ?? config.corpId;
    this.apps = config.apps.map(toApp);
    this.members = (config.members ?? []).map(toMember);
    this.outsider = { openid: openidOf(config.corpId, 'outsider'), name: '王访客', ...config.outsider };
    this.linked = { userid: 'wwlinked0123456789/lin.linked', name: '林关联', ...config.linked };
  }

  findApp(agentId: string): App | undefined {
    return this.apps.find((app) => app.agentId === agentId);
  }

  /** Userids are case-insensitive (WeCom doc 90196). */
  findMember(userid: string): Member | undefined {
    return this.members.find((member) => fold(member.userid) === fold(userid));
  }

  /** The app, or an error that names it: for tests. */
  app(agentId: string | number): App {
    const app = this.findApp(String(agentId));
    if (!app) throw new Error(`no app ${agentId} in ${this.corpId}`);
    return app;
  }

  /** The member, or an error that names it: for tests. */
  member(userid: string): Member {
    const member = this.findMember(userid);
    if (!member) throw new Error(`no member ${userid} in ${this.corpId}`);
    return member;
  }

  addMember(config: MemberConfig): Member {
    const member = toMember(config);
    this.members.push(member);
    return member;
  }

  addApp(config: AppConfig): App {
    const app = toApp(config);
    this.apps.push(app);
    return app;
  }
}

/** Whether a userid is in the visible range of an app. */
export function isVisible(app: App, userid: string): boolean {
  return app.visible === null || app.visible.some((each) => fold(each) === fold(userid));
}
