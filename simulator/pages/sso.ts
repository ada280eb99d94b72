import { isVisible } from '../corps';
import { appendQuery } from '../domains';
import { redirect, sendHtml } from '../http';
import type { Person } from '../types';
import { sendError, sendNotice, type PageContext, type PageError } from './context';
import { esc, face, fakeQr, page } from './html';
import { clientPerson, displayName, nameOfPerson, parsePerson, peopleList } from './people';
import { checkRedirectUri, findCorpAndApp, redirectWithCode, type Target } from './target';

/** The checks of the login page, with the codes of WeCom doc 98152. */
function checkRequest(context: PageContext, needsLoginType: boolean): Target | PageError {
  const { query, t } = context;
  if (needsLoginType && query.get('login_type') !== 'CorpApp') return { text: t.badLoginType, code: -31040 };
  const { corp, app } = findCorpAndApp(context, () => undefined);
  if (!corp) return { text: t.badAppid, code: -31027 };
  if (!app) return { text: t.badAgentid, code: -31028 };
  if (!query.get('redirect_uri')) return { text: t.badRedirectUri, code: -31035 };
  const domains = [app.webLoginDomain, app.oauthDomain];
  const checked = checkRedirectUri(context, domains, { text: t.badLoginDomain, code: -31020 });
  if (!('redirectUri' in checked)) return checked;
  if (!app.enabled) return { text: t.appDisabled, code: 50003 };
  return { corp, app, redirectUri: checked.redirectUri, state: query.get('state') ?? '' };
}

function sendScan({ res, lang, t, self }: PageContext, { corp, app }: Target): void {
  sendHtml(
    res,
    page(lang, t.scanTitle, [
      `<div class="center"><h1>${esc(t.scanTitle)}</h1><p class="muted">${esc(t.scanInto(app.name))}</p>${fakeQr(self)}<p>${esc(t.scanText)}</p></div>`,
      `<p class="muted">${esc(t.scanWho)}</p><form method="post" action="${esc(self)}"><input type="hidden" name="step" value="scan">${peopleList(t, corp, app)}</form>
      <form method="post" action="${esc(self)}" class="center"><button class="link" name="step" value="expire" data-testid="expire">${esc(t.scanExpire)}</button></form>`,
    ]),
  );
}

function sendConfirm(context: PageContext, { corp, app }: Target, person: Person, quick: boolean): void {
  const { res, lang, t, self } = context;
  const name = displayName(corp, person);
  sendHtml(
    res,
    page(lang, t.confirmTitle(app.name), [
      `<div class="center">${face(name, true)}<h1>${esc(t.confirmTitle(app.name))}</h1>
      <p><b data-testid="person">${esc(name)}</b><br><span class="muted">${esc(quick ? t.quickText : t.confirmText)}</span></p></div>
      <form method="post" action="${esc(self)}" class="actions"><input type="hidden" name="person" value="${esc(nameOfPerson(person))}">
      <button class="btn primary" name="step" value="confirm" data-testid="confirm">${esc(t.confirm)}</button>
      <button class="btn" name="step" value="refuse" data-testid="refuse">${esc(t.refuseLogin)}</button></form>
      <form method="post" action="${esc(self)}" class="center" style="margin-top:16px"><button class="link" name="step" value="other" data-testid="other-account">${esc(t.otherAccount)}</button></form>`,
    ]),
  );
}

/** What keeps this person from signing in, as shown after the scan. */
function refusalOf({ t }: PageContext, { corp, app }: Target, person: Person): PageError | null {
  const member = person.kind === 'member' ? corp.findMember(person.userid) : undefined;
  if (!member || member.status === 5) return null;
  if (member.status === 2) return { text: t.accountDisabled };
  if (!isVisible(app, member.userid)) return { text: t.noPermission, detail: t.noPermissionText, code: 50002 };
  return null;
}

/** `GET /wwlogin/sso/login` and the older `/wwopen/sso/qrConnect`: scan, or quick login, outside the client. */
export function ssoPage(context: PageContext, needsLoginType: boolean): void {
  const { world, res, form, self, t } = context;
  const target = checkRequest(context, needsLoginType);
  if (!('corp' in target)) return sendError(context, target);
  const step = form.get('step');

  if (step === 'expire') {
    const refresh = `<a class="btn primary" href="${esc(self)}" data-testid="refresh">${esc(t.refresh)}</a>`;
    return sendNotice(context, 'expired', t.expiredTitle, t.expiredText, refresh);
  }
  if (step === 'refuse') {
    // Refusing leads back with the state alone.
    return redirect(res, appendQuery(target.redirectUri, [['state', target.state]]));
  }
  if (step === 'other') return sendScan(context, target);

  const chosen = step === 'scan' || step === 'confirm' ? parsePerson(target.corp, form.get('person') ?? '') : null;
  const person = chosen ?? clientPerson(world, target.corp, context.clientCookie);
  if (!person) return sendScan(context, target);
  const refusal = refusalOf(context, target, person);
  if (refusal) return sendError(context, refusal);
  if (step === 'confirm' && chosen) {
    return redirectWithCode(context, target, chosen, { scope: 'snsapi_base', agreed: [], inClient: false });
  }
  return sendConfirm(context, target, person, chosen === null);
}
