/** The message that WeCom's answer begins with, by errcode (WeCom document 90313), as far as it is known for certain. */
export const WECOM_MESSAGES: Readonly<Record<number, string>> = {
  40001: 'invalid credential',
  40013: 'invalid corpid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40056: 'invalid agentid',
  41001: 'access_token missing',
  41004: 'corpsecret missing',
  42001: 'access_token expired',
  45009: 'api freq out of limit',
  48002: 'api forbidden',
  60011: 'no privilege to access/modify contact/party/agent',
  60020: 'not allow to access from your ip',
  60111: 'userid not found',
};

/** What WeCom's own pages show, by reason; it is shown in Chinese. */
export const ON_WECOM_PAGES: Readonly<Record<string, readonly string[]>> = {
  notVisible: ['无权限'],
  agentMismatch: ['无效的 agentid'],
  domainNotTrusted: ['redirect_uri 需使用应用可信域名', 'redirect_uri 参数错误'],
};
