/**
 * Names a member for the binding between member and user. Userids are unique within one company only, and WeCom compares
 * them without case (WeCom documents 90236, 90196).
 */
export function memberKey(corpId: string, userid: string): string {
  return `${corpId}/${userid}`.toLowerCase();
}
