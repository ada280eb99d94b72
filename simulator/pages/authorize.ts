import { STATE_PATTERN } from '../constants';
import { isVisible } from '../corps';
import { isTrustedDomain } from '../domains';
import { redirect, sendHtml } from '../http';
import type { Person, Scope, SensitiveField } from '../types';
import { sendError, sendNotice, type PageContext, type PageError } from './context';
import { esc, face, page } from './html';
import { clientCookie, clientPerson, displayName, peopleList, parsePerson } from './people';
import { checkRedirectUri, findCorpAndApp, redirectWithCode, type Target } from './target';

type Request = Target & { scope: Scope };

function checkRequest(context: PageContext): Request | PageError {
  const { query, t } = context;
  const redirectUri = query.get('redirect_uri') ?? '';
  const { corp, app } = findCorpAndApp(context, (own) =>
    // Without an agentid, WeCom finds the app by its trusted domain.
    own.apps.find((each) => isTrustedDomain(redirectUri, each.oauthDomain)),
  );
  if (!corp) return { text: t.badAppid, code: 40013 };
  const asked = query.get('scope');
  const scope = asked === 'snsapi_userinfo' ? 'snsapi_base' : asked;
  if (query.get('agentid') ? !app : scope === 'snsapi_privateinfo') return { text: t.badAgentid, code: 40056 };
  if (query.get('response_type') !== 'code') return { text: t.badResponseType };
  if (scope !== 'snsapi_base' && scope !== 'snsapi_privateinfo') return { text: t.badScope };
  const checked = checkRedirectUri(context, app ? [app.oauthDomain] : [], { text: t.badDomain, code: 50001 });
  if (!('redirectUri' in checked)) return checked;
  if (!app) return { text: t.badAgentid, code: 40056 };
  const state = query.get('state') ?? '';
  if (!STATE_PATTERN.test(state)) return { text: t.badState, code: 84025 };
  if (!app.enabled) return { text: t.appDisabled, code: 50003 };
  return { corp, app, redirectUri: checked.redirectUri, state, scope };
}

function sendPicker({ res, lang, t, self }: PageContext, { corp, app }: Request): void {
  sendHtml(
    res,
    page(lang, t.pickTitle, [
      `<h1>${esc(t.pickTitle)}</h1><p class="muted">${esc(t.pickText)}</p>
      <form method="post" action="${esc(self)}"><input type="hidden" name="step" value="pick">${peopleList(t, corp, app)}</form>`,
    ]),
  );
}

function sendConsent({ res, lang, t, self }: PageContext, { corp, app }: Request, person: Person): void {
  const name = displayName(corp, person);
  const fields = app.sensitiveFields
    .map(
      (field) =>
        `<li><label><input type="checkbox" name="field" value="${field}" data-testid="field-${field}" checked>${esc(t.fields[field])}</label></li>`,
    )
    .join('');
  sendHtml(
    res,
    page(lang, t.consentTitle(app.name), [
      `<div class="center">${face(name, true)}<p><b>${esc(name)}</b><br><span class="muted">${esc(corp.name)}</span></p></div>
      <h1>${esc(t.consentTitle(app.name))}</h1><p class="muted">${esc(t.consentText)}</p>
      <form method="post" action="${esc(self)}" data-testid="consent"><ul class="fields">${fields}</ul>
      <div class="actions"><button class="btn primary" name="step" value="agree" data-testid="agree">${esc(t.agree)}</button>
      <button class="btn" name="step" value="refuse" data-testid="refuse">${esc(t.refuse)}</button></div></form>
      <p class="center" style="margin:16px 0 0"><a class="link" href="/sim/closed?lang=${lang}" data-testid="cancel">${esc(t.cancel)}</a></p>`,
    ]),
  );
}

/** `snsapi_privateinfo`: ask once, then not for 30 days (WeCom doc 91335). */
function answerPrivateInfo(context: PageContext, request: Request, person: Person): void {
  const { world, form, t } = context;
  const { corp, app } = request;
  const scope = 'snsapi_privateinfo';
  if (person.kind !== 'member' || corp.findMember(person.userid)?.status === 5) {
    // There is nothing that a stranger could agree to.
    return redirectWithCode(context, request, person, { scope, agreed: [], inClient: true });
  }
  if (!isVisible(app, person.userid)) {
    return sendError(context, { text: t.noPermission, detail: t.noPermissionText, code: 50002 });
  }
  const step = form.get('step');
  if (step === 'agree') {
    const agreed = app.sensitiveFields.filter((field) => form.getAll('field').includes(field));
    world.consents.remember(corp.corpId, app.agentId, person.userid, agreed);
    return redirectWithCode(context, request, person, { scope, agreed, inClient: true });
  }
  if (step === 'refuse') return redirectWithCode(context, request, person, { scope, agreed: [], inClient: true });
  const known: SensitiveField[] | null = world.consents.find(corp.corpId, app.agentId, person.userid);
  if (known === null && app.sensitiveFields.length > 0) return sendConsent(context, request, person);
  return redirectWithCode(context, request, person, { scope, agreed: known ?? [], inClient: true });
}

/** `GET /connect/oauth2/authorize`: sign-in inside the WeCom client. */
export function authorizePage(context: PageContext): void {
  const { world, req, res, form, self, t } = context;
  if (!/wxwork|micromessenger/i.test(req.headers['user-agent'] ?? '')) {
    return sendNotice(context, 'open-in-client', t.openTitle, t.openText);
  }
  const request = checkRequest(context);
  if (!('corp' in request)) return sendError(context, request);
  if (form.get('step') === 'pick') {
    const picked = parsePerson(request.corp, form.get('person') ?? '');
    return picked ? redirect(res, self, [clientCookie(request.corp, picked)], 303) : sendPicker(context, request);
  }
  const person = clientPerson(world, request.corp, context.clientCookie);
  if (!person) return sendPicker(context, request);
  if (person.kind === 'member' && request.corp.findMember(person.userid)?.status === 2) {
    return sendError(context, { text: t.accountDisabled });
  }
  if (request.scope === 'snsapi_privateinfo') return answerPrivateInfo(context, request, person);
  return redirectWithCode(context, request, person, { scope: 'snsapi_base', agreed: [], inClient: true });
}
