import type { Corp } from '../corps';
import { appendQuery, isTrustedDomain, parseRedirectUri } from '../domains';
import { redirect } from '../http';
import type { App, Person, Scope, SensitiveField } from '../types';
import { asSeenBy } from '../world';
import type { PageContext, PageError } from './context';

/** Where a sign-in page leads back to. */
export interface Target {
  corp: Corp;
  app: App;
  redirectUri: string;
  state: string;
}

/** The company named by `appid` and the app named by `agentid`, the app being optional in some flows. */
export function findCorpAndApp(
  { world, query }: PageContext,
  fallback: (corp: Corp) => App | undefined,
): { corp: Corp | undefined; app: App | undefined } {
  const corp = world.corps.get(query.get('appid') ?? '');
  const agentId = query.get('agentid');
  const app = agentId ? corp?.findApp(agentId) : corp && fallback(corp);
  return { corp, app };
}

/** Whether the redirect address is one that may be used with one of the domains. */
export function checkRedirectUri(
  { query, t }: PageContext,
  domains: string[],
  error: PageError,
): PageError | { redirectUri: string } {
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!parseRedirectUri(redirectUri)) return { text: t.badRedirectUri, code: error.code };
  return domains.some((domain) => isTrustedDomain(redirectUri, domain)) ? { redirectUri } : error;
}

/** Sends the browser back with a code. `state` is there even when none was given (WeCom doc 91022). */
export function redirectWithCode(
  { world, res }: PageContext,
  target: Target,
  person: Person,
  grant: { scope: Scope; agreed: SensitiveField[]; inClient: boolean },
): void {
  const code = world.codes.issue({
    corpId: target.corp.corpId,
    agentId: target.app.agentId,
    person: asSeenBy(target.corp, person),
    redirectUri: target.redirectUri,
    ...grant,
  });
  redirect(
    res,
    appendQuery(target.redirectUri, [
      ['code', code],
      ['state', target.state],
    ]),
  );
}
