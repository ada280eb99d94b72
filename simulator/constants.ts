/** Lives and sizes as WeCom documents them. */
export const TOKEN_LIFE_MS = 7200_000;
export const CODE_LIFE_MS = 300_000;
export const TICKET_LIFE_MS = 1800_000;
export const CONSENT_LIFE_MS = 30 * 24 * 3600_000;
export const STATE_PATTERN = /^[a-zA-Z0-9]{0,128}$/;
export const MAX_BODY_BYTES = 256 * 1024;
export const CLIENT_COOKIE = 'sim_member';
