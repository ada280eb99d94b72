import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, readCookie, sendHtml, type Address } from '../http';
import type { World } from '../world';
import { CLIENT_COOKIE } from '../constants';
import { esc, page } from './html';
import { langOf, TEXTS, type Lang, type Texts } from './texts';

/** One request for a page. */
export interface PageContext {
  world: World;
  req: IncomingMessage;
  res: ServerResponse;
  query: URLSearchParams;
  /** Fields of the posted form; empty for GET. */
  form: URLSearchParams;
  /** Path and query as they came in: forms post back to it. */
  self: string;
  lang: Lang;
  t: Texts;
  /** Value of the cookie that says who is logged in to this client. */
  clientCookie: string | null;
}

export async function toPageContext(
  world: World,
  req: IncomingMessage,
  res: ServerResponse,
  { query, self }: Address,
): Promise<PageContext> {
  const body = await readBody(req);
  const lang = langOf(query.get('lang'), req.headers['accept-language']);
  return {
    world,
    req,
    res,
    query,
    form: new URLSearchParams(req.method === 'POST' ? (body ?? '') : ''),
    self,
    lang,
    t: TEXTS[lang],
    clientCookie: readCookie(req, CLIENT_COOKIE),
  };
}

/** What a page refuses to go on with. WeCom shows these with status 200, and never calls the app back. */
export interface PageError {
  text: string;
  code?: number;
  detail?: string;
}

export function sendError({ res, lang, t }: PageContext, error: PageError): void {
  const code =
    error.code === undefined
      ? ''
      : `<p class="muted">${esc(t.errorCode)}: <span data-testid="error-code">${error.code}</span></p>`;
  sendHtml(
    res,
    page(lang, t.errorTitle, [
      `<div class="center" data-testid="error"><div class="icon">!</div><h1>${esc(error.text)}</h1>
      ${error.detail ? `<p>${esc(error.detail)}</p>` : ''}${code}</div>`,
    ]),
  );
}

/** A page that only tells something. */
export function sendNotice({ res, lang }: PageContext, testId: string, title: string, text: string, more = ''): void {
  sendHtml(
    res,
    page(lang, title, [
      `<div class="center" data-testid="${testId}"><div class="icon info">i</div><h1>${esc(title)}</h1><p>${esc(text)}</p>${more}</div>`,
    ]),
  );
}
