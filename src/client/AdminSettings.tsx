/** Settings of a WeCom authenticator in the classic client. */
export function AdminSettings() {
  return null;
}
