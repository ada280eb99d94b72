import type { Answer } from './transport';
import { WeComError } from './error';

/** Who came back from WeCom's sign-in page. */
export type Identity =
  | { kind: 'member'; userid: string; userTicket?: string }
  /** A person outside the company; WeCom gives an openid instead of a userid. */
  | { kind: 'stranger' }
  /** A member of a linked company, whose userid is `CorpId/userid`. */
  | { kind: 'linked' };

/** What `auth/getuserdetail` tells with the member's consent. Fields that were not agreed to are absent. */
export interface MemberDetail {
  userid: string;
  mobile?: string;
  bizMail?: string;
  email?: string;
}

/** What `user/get` tells of a member in the visible range. */
export interface MemberRecord {
  name?: string;
  mobile?: string;
  bizMail?: string;
  email?: string;
  /** 1 active, 2 disabled, 4 not activated, 5 left the company. */
  status?: number;
}

export interface AccessTokenAnswer {
  token: string;
  /** Seconds. */
  expiresIn: number;
}

function unreadable(call: string, detail: string): WeComError {
  return new WeComError({ call, kind: 'unreadable', detail });
}

/** Reads a field that may be absent or empty; private editions capitalise some names (`UserId`). */
function text(call: string, answer: Answer, name: string): string | undefined {
  const key = Object.keys(answer).find((candidate) => candidate.toLowerCase() === name);
  const value = key === undefined ? undefined : answer[key];
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  if (typeof value !== 'string') {
    throw unreadable(call, `${name} is not text`);
  }
  return value;
}

/** WeCom document 91039. */
export function readAccessToken(answer: Answer): AccessTokenAnswer {
  const { access_token: token, expires_in: expiresIn } = answer;
  if (typeof token !== 'string' || token === '') {
    throw unreadable('gettoken', 'no access_token');
  }
  if (typeof expiresIn !== 'number' || !(expiresIn > 0)) {
    throw unreadable('gettoken', 'no expires_in');
  }
  return { token, expiresIn };
}

/** WeCom documents 91023 (inside WeCom) and 98176 (web login). */
export function readIdentity(call: string, answer: Answer): Identity {
  const userid = text(call, answer, 'userid');
  if (userid?.includes('/')) {
    return { kind: 'linked' };
  }
  if (userid !== undefined) {
    if (!/^[\w.@-]{1,64}$/.test(userid)) {
      throw unreadable(call, 'userid is malformed');
    }
    return { kind: 'member', userid, userTicket: text(call, answer, 'user_ticket') };
  }
  if (text(call, answer, 'openid') !== undefined) {
    return { kind: 'stranger' };
  }
  throw unreadable(call, 'neither userid nor openid');
}

/** WeCom document 95833. */
export function readMemberDetail(call: string, answer: Answer): MemberDetail {
  const userid = text(call, answer, 'userid');
  if (userid === undefined) {
    throw unreadable(call, 'no userid');
  }
  return {
    userid,
    mobile: text(call, answer, 'mobile'),
    bizMail: text(call, answer, 'biz_mail'),
    email: text(call, answer, 'email'),
  };
}

/** WeCom document 90196. Apps made after 2022-06-20 get no phone and no e-mail here. */
export function readMemberRecord(answer: Answer): MemberRecord {
  const call = 'user/get';
  const { status } = answer;
  if (text(call, answer, 'userid') === undefined) {
    throw unreadable(call, 'no userid');
  }
  if (status !== undefined && typeof status !== 'number') {
    throw unreadable(call, 'status is not a number');
  }
  return {
    name: text(call, answer, 'name'),
    mobile: text(call, answer, 'mobile'),
    bizMail: text(call, answer, 'biz_mail'),
    email: text(call, answer, 'email'),
    status,
  };
}

/** The app as the WeCom console has it. What an answer leaves out is undefined, not empty. */
export interface AppInfo {
  name?: string;
  enabled?: boolean;
  /** The visible range; undefined when nothing of it was told. */
  visible?: { userids: string[]; departments: number[]; tags: number };
  /** OAuth callback domain, `host[:port]`; empty when there is none. */
  redirectDomain?: string;
  /** Homepage; empty when there is none. */
  homeUrl?: string;
}

/** Reads a list of an object in the answer, such as `allow_partys: { partyid: [1] }`; absent or null is undefined. */
function list(call: string, answer: Answer, name: string, key: string): unknown[] | undefined {
  const holder = answer[name];
  if (holder === undefined || holder === null) {
    return undefined;
  }
  const items = (holder as Record<string, unknown>)[key] ?? [];
  if (!Array.isArray(items)) {
    throw unreadable(call, `${name} is not a list`);
  }
  return items;
}

/** WeCom document 90227. */
export function readAppInfo(answer: Answer): AppInfo {
  const call = 'agent/get';
  const { close } = answer;
  if (close !== undefined && typeof close !== 'number') {
    throw unreadable(call, 'close is not a number');
  }
  const users = list(call, answer, 'allow_userinfos', 'user');
  const departments = list(call, answer, 'allow_partys', 'partyid');
  const tags = list(call, answer, 'allow_tags', 'tagid');
  const told = (name: string) => (name in answer ? (text(call, answer, name) ?? '') : undefined);
  return {
    name: text(call, answer, 'name'),
    enabled: close === undefined ? undefined : close === 0,
    visible:
      users || departments || tags
        ? {
            userids: (users ?? []).flatMap((user) => {
              const userid = (user as { userid?: unknown } | null)?.userid;
              return typeof userid === 'string' ? [userid] : [];
            }),
            departments: (departments ?? []).filter((id): id is number => typeof id === 'number'),
            tags: tags?.length ?? 0,
          }
        : undefined,
    redirectDomain: told('redirect_domain'),
    homeUrl: told('home_url'),
  };
}
