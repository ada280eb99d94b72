/** Settings of a WeCom authenticator in the new client. */
export default function AdminSettings() {
  return null;
}
