/** What an administrator can tick as "sensitive information" of an app, and a member can then agree to hand over. */
export const SENSITIVE_FIELDS = ['mobile', 'email', 'biz_mail', 'avatar', 'gender', 'qr_code', 'address'] as const;
export type SensitiveField = (typeof SENSITIVE_FIELDS)[number];

/** 1 active, 2 disabled, 4 never logged in, 5 left the company. */
export type MemberStatus = 1 | 2 | 4 | 5;

/**
 * Public: today's WeCom. Private: an older installation at a company, which has the former identity calls only, with
 * capitals in their answers, and another shape of member records.
 */
export type Edition = 'public' | 'private';

export interface Member {
  userid: string;
  name: string;
  mobile: string;
  email: string;
  biz_mail: string;
  avatar: string;
  gender: '0' | '1' | '2';
  qr_code: string;
  address: string;
  status: MemberStatus;
  department: number[];
  position: string;
  alias: string;
}

export interface App {
  agentId: string;
  secret: string;
  name: string;
  enabled: boolean;
  /** Userids in the visible range; null = everybody. */
  visible: string[] | null;
  /** Departments and tags in the visible range, as `agent/get` lists them; their members have to be in `visible`, too. */
  visibleDepartments: number[];
  visibleTags: number[];
  /** Trusted domain of the in-client flow, `host[:port]`; empty = not set. */
  oauthDomain: string;
  /** Callback domain of the web login, `host[:port]`; empty = not set. */
  webLoginDomain: string;
  /** Addresses allowed to call; null = not enforced. */
  trustedIps: string[] | null;
  /** Apps made after 2022-06-20 get no mobile, e-mail, avatar... from contacts calls. */
  createdAfter2022: boolean;
  sensitiveFields: SensitiveField[];
  homeUrl: string;
}

/** Somebody who is not of the company. */
export interface Outsider {
  openid: string;
  name: string;
  external_userid?: string;
}

/** Somebody of a linked company; the id has the form `CorpId/userid`. */
export interface LinkedPerson {
  userid: string;
  name: string;
}

export type MemberConfig = Partial<Member> & { userid: string };
export type AppConfig = Partial<Omit<App, 'agentId'>> & { agentId: string | number; secret: string };
export interface CorpConfig {
  corpId: string;
  name?: string;
  apps: AppConfig[];
  members?: MemberConfig[];
  outsider?: Outsider;
  linked?: LinkedPerson;
}

/** Who scans, or who is logged in to a WeCom client. */
export type Person =
  | { kind: 'member'; userid: string }
  | { kind: 'outsider'; openid: string; external_userid?: string }
  | { kind: 'linked'; userid: string };

/** The same, as tests write it: a userid, or one of the two kinds of strangers. */
export type PersonInput = string | { openid: string; external_userid?: string } | { linked: string };

export type Scope = 'snsapi_base' | 'snsapi_privateinfo';

export interface IssueCodeInput {
  corpId: string;
  agentId: string | number;
  userid?: string;
  openid?: string;
  /** `CorpId/userid` of a person of a linked company. */
  linked?: string;
  /** Default `snsapi_base`. */
  scope?: Scope;
  /** What the member agreed to on the consent page; default 'all'. */
  consent?: 'all' | 'none' | SensitiveField[];
  /** true (default): flow inside the WeCom client; false: web login, which never yields a user ticket. */
  inClient?: boolean;
  /** When given, the code is bound to its host, as one made by the pages. */
  redirectUri?: string;
}

export type FaultKind =
  | { errcode: number; errmsg?: string }
  | { delay: number }
  | { status: number; html?: string }
  | { body: string }
  | 'reset'
  | 'cut-off'
  | 'hang'
  | 'trickle'
  | 'gone'
  | 'truncated-json'
  | 'empty'
  | 'wrong-shape'
  | 'huge';

export interface FaultInput {
  /** Path below `/cgi-bin/`, such as `auth/getuserinfo`, or `*`. */
  call: string;
  /** How many calls it hits; default: all until removed. */
  times?: number;
  kind: FaultKind;
}
