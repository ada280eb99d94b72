import { CALL_NAMES } from '../api/answer';
import { nameOfFault } from '../faults';
import { redirect, sendHtml } from '../http';
import type { Corp } from '../corps';
import type { App, FaultKind } from '../types';
import type { PageContext } from './context';
import { esc, page } from './html';
import { NO_CLIENT_COOKIE, clientCookie, clientPerson, displayName, parsePerson } from './people';

/** Faults that the panel offers. */
const PRESETS: FaultKind[] = [
  { errcode: -1 },
  { errcode: 40001 },
  { errcode: 40013 },
  { errcode: 40014 },
  { errcode: 40029 },
  { errcode: 42001 },
  { errcode: 42022 },
  { errcode: 45009 },
  { errcode: 50001 },
  { errcode: 60020 },
  { errcode: 301002 },
  { delay: 3000 },
  { status: 502 },
  'reset',
  'cut-off',
  'hang',
  'trickle',
  'empty',
  'truncated-json',
  'wrong-shape',
  'huge',
];

const options = (values: string[]) =>
  values.map((value) => `<option value="${esc(value)}">${esc(value)}</option>`).join('');

/** Switches an app on or off, and enters its domains, as the console does. */
function appForms(
  context: PageContext,
  corp: Corp,
  app: App,
  label: (chinese: string, english: string) => string,
): string {
  const action = `/sim/app?lang=${context.lang}`;
  const fields = { corp: corp.corpId, app: app.agentId };
  const id = `app-${app.agentId}`;
  const hidden = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${esc(value)}">`)
    .join('');
  return `<form class="row" method="post" action="${action}">${hidden}<b>${esc(app.name)}</b>
    <input name="domain" value="${esc(app.oauthDomain)}" placeholder="host[:port]" data-testid="${id}-domain"><button class="btn small" data-testid="${id}-save">${label('保存域名', 'Save domain')}</button>
    <button class="btn small" name="enabled" value="${app.enabled ? '0' : '1'}" data-testid="${id}-switch">${app.enabled ? label('停用应用', 'Disable app') : label('启用应用', 'Enable app')}</button></form>`;
}

const formButton = (action: string, testId: string, label: string, fields: Record<string, string> = {}) =>
  `<form class="inline" method="post" action="${action}">${Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${esc(name)}" value="${esc(value)}">`)
    .join('')}<button class="btn small" data-testid="${esc(testId)}">${esc(label)}</button></form>`;

function corpCard(context: PageContext, corp: Corp, zh: boolean): string {
  const { lang } = context;
  const label = (chinese: string, english: string) => (zh ? chinese : english);
  const yes = (value: boolean) => (value ? '✓' : '✗');
  const apps = corp.apps
    .map(
      (app) =>
        `<tr><td>${esc(app.name)}</td><td><code>${esc(app.agentId)}</code></td><td>${yes(app.enabled)}</td><td><code>${esc(app.oauthDomain || '–')}</code></td><td><code>${esc(app.webLoginDomain || '–')}</code></td><td>${esc(app.trustedIps?.join(', ') ?? '–')}</td><td>${esc(app.visible?.join(', ') ?? '*')}</td><td>${esc(app.homeUrl)}</td></tr>`,
    )
    .join('');
  const members = corp.members
    .map(
      (member) =>
        `<tr><td>${esc(member.name)}</td><td><code>${esc(member.userid)}</code></td><td>${esc(member.mobile)}</td><td>${esc([member.email, member.biz_mail].filter(Boolean).join(', '))}</td><td>${member.status}</td><td>${formButton(`/sim/client?lang=${lang}`, `client-${member.userid}`, label('登录为', 'Be this client'), { corp: corp.corpId, person: member.userid })}</td></tr>`,
    )
    .join('');
  const person = clientPerson(context.world, corp, context.clientCookie);
  return `<h2>${esc(corp.name)} <code>${esc(corp.corpId)}</code></h2>
    <div class="scroll"><table><tr><th>${label('应用', 'App')}</th><th>AgentId</th><th>${label('启用', 'On')}</th><th>${label('可信域名', 'Trusted domain')}</th><th>${label('授权回调域', 'Login domain')}</th><th>${label('可信 IP', 'Trusted IPs')}</th><th>${label('可见范围', 'Visible')}</th><th>${label('主页', 'Homepage')}</th></tr>${apps}</table></div>
    ${corp.apps.map((app) => appForms(context, corp, app, label)).join('')}<br>
    <div class="scroll"><table><tr><th>${label('姓名', 'Name')}</th><th>userid</th><th>${label('手机', 'Mobile')}</th><th>${label('邮箱', 'E-mail')}</th><th>${label('状态', 'Status')}</th><th></th></tr>${members}</table></div>
    <p class="muted" style="margin-top:12px">${label('此浏览器中的企业微信登录者：', 'Logged in to WeCom in this browser: ')}<b data-testid="client">${esc(person ? displayName(corp, person) : '–')}</b></p>`;
}

/** `GET /`: what this simulator holds, and switches for its faults. Tokens and codes are never shown. */
export function controlPage(context: PageContext): void {
  const { world, res, lang } = context;
  const zh = lang === 'zh';
  const label = (chinese: string, english: string) => (zh ? chinese : english);
  const calls = Object.entries(world.calls.byPath())
    .map(
      ([path, count]) =>
        `<tr><td><code>${esc(path)}</code></td><td data-testid="count-${esc(path)}">${count}</td></tr>`,
    )
    .join('');
  const faults = world.faults
    .list()
    .map(
      (fault) =>
        `<tr data-testid="fault"><td><code>${esc(fault.call)}</code></td><td>${esc(nameOfFault(fault.kind))}</td><td>${Number.isFinite(fault.left) ? fault.left : '∞'}</td><td>${formButton(`/sim/faults/remove?lang=${lang}`, 'fault-remove', label('关闭', 'Switch off'), { id: String(fault.id) })}</td></tr>`,
    )
    .join('');
  sendHtml(
    res,
    page(
      lang,
      label('企业微信模拟器', 'WeCom simulator'),
      [
        `<h1>${label('企业微信模拟器', 'WeCom simulator')}</h1><p class="muted">${label('仅在本机运行，供开发、测试与演示使用。', 'Runs on this machine only, for development, tests and the demo.')} <a class="link" href="/?lang=${zh ? 'en' : 'zh'}">${zh ? 'English' : '中文'}</a></p>
        ${formButton(`/sim/client?lang=${lang}`, 'client-none', label('退出客户端登录', 'Log this client out'))} ${formButton(`/sim/consents/clear?lang=${lang}`, 'consents-clear', label('清除授权记录', 'Forget consents'))}`,
        ...[...world.corps.values()].map((corp) => corpCard(context, corp, zh)),
        `<h2>${label('故障', 'Faults')}</h2><table><tr><th>${label('接口', 'Call')}</th><th>${label('故障', 'Fault')}</th><th>${label('剩余次数', 'Calls left')}</th><th></th></tr>${faults}</table>
        <form class="row" method="post" action="/sim/faults?lang=${lang}"><select name="call" data-testid="fault-call">${options(['*', ...CALL_NAMES])}</select><select name="kind" data-testid="fault-kind">${options(PRESETS.map(nameOfFault))}</select><input type="number" name="times" min="1" placeholder="∞" data-testid="fault-times"><button class="btn small primary" data-testid="fault-add">${label('开启', 'Switch on')}</button></form>
        <div style="margin-top:12px">${formButton(`/sim/faults/clear?lang=${lang}`, 'fault-clear', label('全部关闭', 'All off'))}</div>`,
        `<h2>${label('接口调用次数', 'Calls')} <span class="tag" data-testid="count-total">${world.calls.total()}</span></h2><table>${calls}</table>`,
      ],
      true,
    ),
  );
}

/** The forms of the panel. */
const ACTIONS: Record<string, (context: PageContext) => string[] | void> = {
  '/sim/faults'({ world, form }) {
    const kind = PRESETS.find((preset) => nameOfFault(preset) === form.get('kind'));
    const call = form.get('call') ?? '';
    const times = Number.parseInt(form.get('times') ?? '', 10);
    if (kind && (call === '*' || CALL_NAMES.includes(call))) {
      world.faults.add({ call, kind, times: times > 0 ? times : undefined });
    }
  },
  '/sim/faults/remove': ({ world, form }) => world.faults.remove(Number(form.get('id'))),
  '/sim/faults/clear': ({ world }) => world.faults.clear(),
  '/sim/consents/clear': ({ world }) => world.consents.clear(),
  '/sim/app'({ world, form }) {
    const app = world.corps.get(form.get('corp') ?? '')?.findApp(form.get('app') ?? '');
    const [domain, enabled] = [form.get('domain'), form.get('enabled')];
    if (app && enabled !== null) app.enabled = enabled === '1';
    if (app && domain !== null) app.oauthDomain = app.webLoginDomain = domain.trim();
  },
  '/sim/client'({ world, form }) {
    const corp = world.corps.get(form.get('corp') ?? '');
    const person = corp && parsePerson(corp, form.get('person') ?? '');
    return [person ? clientCookie(corp, person) : NO_CLIENT_COOKIE];
  },
};

/** Runs a form of the panel; false when there is no such form. */
export function controlAction(context: PageContext, path: string): boolean {
  const action = Object.hasOwn(ACTIONS, path) ? ACTIONS[path] : undefined;
  if (!action || context.req.method !== 'POST') return false;
  const site = context.req.headers['sec-fetch-site'];
  // Another page open in the same browser must not be able to break a demo.
  if (site !== undefined && site !== 'same-origin') {
    context.res.writeHead(403).end();
    return true;
  }
  redirect(context.res, `/?lang=${context.lang}`, action(context) ?? [], 303);
  return true;
}
