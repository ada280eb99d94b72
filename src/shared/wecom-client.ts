/**
 * Whether a User-Agent belongs to a WeCom client: the public edition, a private edition (`wxworklocal`, `wxwork_priv`)
 * or the government edition (`wxworkgov`). All of them carry the token `wxwork` (WeCom document 90315); plain WeChat
 * does not. It chooses which sign-in page to open and proves nothing about who is asking.
 */
export function isWeComClient(userAgent: string | undefined): boolean {
  return /wxwork/i.test(userAgent ?? '');
}
