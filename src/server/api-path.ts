/** The path below which the whole API lies, that of sub-apps included; with a slash at both ends. */
export function apiPath(): string {
  return process.env.API_BASE_PATH || '/api/';
}
