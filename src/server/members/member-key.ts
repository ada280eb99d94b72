/**
 * Names a member for the binding between member and user. Userids are unique within one company only, and WeCom compares
 * them without case (WeCom documents 90236, 90196).
 */
export function memberKey(corpId: string, userid: string): string {
  return `${corpId}/${userid}`.toLowerCase();
}

/** Whether two keys name different members of one company. */
export function isColleague(key: string, other: string): boolean {
  const company = key.slice(0, key.indexOf('/') + 1);
  return other !== key && other.startsWith(company);
}
