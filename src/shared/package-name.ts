declare const __PACKAGE_NAME__: string;

/**
 * The name of this package, put in at build time from `package.json` (or by `npm run pack -- --name`), so that nothing
 * else spells it. It is also the i18n namespace in both clients.
 */
export const PACKAGE_NAME = __PACKAGE_NAME__;
