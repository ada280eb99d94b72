import { SignInFailure } from '../failure';
import type { MemberDetail, MemberRecord } from '../wecom/answers';
import type { WeComClient } from '../wecom/client';

/** What is known of a member at the first sign-in. */
export interface MemberProfile {
  name?: string;
  /** As WeCom wrote it. */
  mobile?: string;
  /** The corporate address before the personal one. */
  email?: string;
}

const STATUS_DISABLED = 2;
const STATUS_LEFT = 5;

/**
 * The first of some values that says something. Members write parts of them themselves: control characters, which
 * databases refuse, and blanks around, which make one address look like another, are left out.
 */
function firstOf(...values: (string | undefined)[]): string | undefined {
  return values.map((value) => value?.replace(/\p{Cc}/gu, '').trim()).find((value) => value);
}

/** The ticket's owner has to be the member that signs in; WeCom compares userids without case (document 90236). */
function assertSameMember(userid: string, detail: MemberDetail | undefined): void {
  if (detail && detail.userid.toLowerCase() !== userid.toLowerCase()) {
    throw new SignInFailure('codeInvalid');
  }
}

/**
 * Collects what WeCom tells of a member: phone and e-mail with the member's consent, the name from the contacts.
 *
 * `user/get` also shows whether the member may use the app at all: `getuserinfo` names members outside the visible
 * range too (WeCom document 91023).
 *
 * @param userTicket absent when the member did not agree
 * @throws {WeComError} when a call fails
 * @throws {SignInFailure} when the member is disabled or has left
 */
export async function readProfile(wecom: WeComClient, userid: string, userTicket?: string): Promise<MemberProfile> {
  const [record, detail]: [MemberRecord, MemberDetail | undefined] = await Promise.all([
    wecom.memberRecord(userid),
    userTicket ? wecom.memberDetail(userTicket) : undefined,
  ]);
  assertSameMember(userid, detail);
  if (record.status === STATUS_DISABLED || record.status === STATUS_LEFT) {
    throw new SignInFailure('leftCompany');
  }
  return {
    name: firstOf(record.name),
    mobile: detail?.mobile ?? record.mobile,
    email: firstOf(detail?.bizMail, record.bizMail, detail?.email, record.email),
  };
}
