import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Locator, Page, WebSocket } from 'playwright-core';
import { fieldNamed, type SettingsField } from '../../src/shared/settings-fields';
import enUS from '../../src/locale/en-US.json';
import zhCN from '../../src/locale/zh-CN.json';
import { ADMIN, workFolder } from '../../tools/host-app';
import { opened } from './opened';
import type { Visitor, VisitorOptions } from './visitor';
import type { Lane, World } from './world';

export type Locale = NonNullable<VisitorOptions['locale']>;

/** Words of the host on the pages that the administrator uses. */
const HOST_WORDS = {
  'en-US': {
    add: 'Add new',
    configure: 'Configure',
    submit: 'Submit',
    uid: 'Auth UID',
    title: 'Title',
    enabled: 'Enabled',
  },
  'zh-CN': { add: '添加', configure: '配置', submit: '提交', uid: '认证标识', title: '标题', enabled: '启用' },
} as const;

/** Pictures that README shows; written only when asked for, since every run renders them a little differently. */
const README_PICTURES = resolve(__dirname, '../../docs/images');

const LOCALES: Record<Locale, Record<string, string>> = { 'en-US': enUS, 'zh-CN': zhCN };

/** A text of the plugin in a language, with values put in. */
export function text(locale: Locale, key: string, values: Record<string, string> = {}): string {
  const found = LOCALES[locale][key];
  if (found === undefined) throw new Error(`No text "${key}" in ${locale}`);
  return found.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name]);
}

/** The setting at a path such as `corpId` or `public.autoLogin`. */
export function setting(path: string): SettingsField {
  const field = fieldNamed(path);
  if (!field) throw new Error(`No setting ${path}`);
  return field;
}

/** Signs a page in as the administrator of NocoBase, without a detour over the sign-in page. */
export async function becomeAdministrator(page: Page, origin: string, locale: Locale = 'en-US'): Promise<void> {
  const answer = await page.request.post(`${origin}/api/auth:signIn`, {
    // A connection that is kept may be closed by the host just when it is used again.
    headers: { 'X-Authenticator': 'basic', Connection: 'close' },
    data: ADMIN,
  });
  const { data } = (await answer.json()) as { data: { token: string } };
  await page.addInitScript(
    ([token, language]) => {
      localStorage.setItem('NOCOBASE_TOKEN', token);
      localStorage.setItem('NOCOBASE_AUTH', 'basic');
      localStorage.setItem('NOCOBASE_ROLE', 'root');
      localStorage.setItem('NOCOBASE_LOCALE', language);
    },
    [data.token, locale],
  );
}

/** The drawer in which an administrator enters the settings of an authenticator; the same in both clients. */
export class SettingsForm {
  private readonly words: (typeof HOST_WORDS)[Locale];

  private constructor(
    readonly visitor: Visitor,
    readonly locale: Locale,
  ) {
    this.words = HOST_WORDS[locale];
  }

  /** Settings → Authentication → Add new → WeCom. */
  static async addNew(visitor: Visitor, lane: Lane, locale: Locale = 'en-US'): Promise<SettingsForm> {
    const form = await SettingsForm.list(visitor, lane, locale);
    const { page } = visitor;
    await page.getByRole('button', { name: form.words.add }).click();
    await page.getByRole('menuitem', { name: form.text('WeCom') }).click();
    return form.ready();
  }

  /** Settings → Authentication → Configure. */
  static async configure(visitor: Visitor, lane: Lane, name: string, locale: Locale = 'en-US'): Promise<SettingsForm> {
    const form = await SettingsForm.list(visitor, lane, locale);
    const row = visitor.page.getByRole('row').filter({ has: visitor.page.getByText(name, { exact: true }) });
    await row.getByText(form.words.configure, { exact: true }).click();
    return form.ready();
  }

  private static async list(visitor: Visitor, lane: Lane, locale: Locale): Promise<SettingsForm> {
    const path = `${lane.base}/admin/settings/auth/authenticators`;
    if (new URL(visitor.page.url()).pathname !== path) await visitor.page.goto(path);
    return new SettingsForm(visitor, locale);
  }

  private async ready(): Promise<this> {
    await this.field('ssoUrl').waitFor({ state: 'attached' });
    // The new client fills the form again once it has all settings.
    await this.drawer.locator('.ant-spin-blur').first().waitFor({ state: 'detached' });
    return this;
  }

  /** A text of the plugin in the language of the form. */
  text(key: string, values?: Record<string, string>): string {
    return text(this.locale, key, values);
  }

  get drawer(): Locator {
    return this.visitor.page.locator('.ant-drawer-content').last();
  }

  /** A row of the form by its label. */
  row(label: string): Locator {
    return this.drawer
      .locator('.ant-formily-item, .ant-form-item')
      .filter({ has: this.visitor.page.locator('label').getByText(label, { exact: true }) });
  }

  /** The row of a setting. */
  field(path: string): Locator {
    return this.row(this.text(setting(path).label));
  }

  /** The part with the links for the WeCom console. */
  get links(): Locator {
    return this.row(this.text('Workbench application homepage link'));
  }

  /** The part that checks the configuration. */
  get check(): Locator {
    return this.drawer.getByRole('region', { name: this.text('Check configuration') });
  }

  /** Checks the configuration and waits until all is said. */
  async runCheck(): Promise<void> {
    await this.check.getByRole('button').first().click();
    await this.check
      .getByRole('status')
      .filter({ hasNotText: this.text('Checking…') })
      .waitFor();
  }

  /** How each check ended, by its name. */
  async checkStates(): Promise<Record<string, string>> {
    const rows = await this.check
      .locator('[data-check]')
      .evaluateAll((elements) => elements.map(({ dataset }) => [dataset.check ?? '', dataset.state ?? '']));
    return Object.fromEntries(rows);
  }

  switch(path: string): Locator {
    return this.field(path).getByRole('switch');
  }

  /** One of the choices of a setting. */
  choice(path: string, value: string): Locator {
    const label = setting(path).choices?.find((choice) => choice.value === value)?.label ?? '';
    return this.field(path).getByRole('radio', { name: this.text(label) });
  }

  /** Replaces what is in the field. */
  async enter(path: string, value: string): Promise<void> {
    await editable(this.field(path)).fill(value);
  }

  /** Puts a variable or a secret into the field by the selector beside it. */
  async chooseVariable(path: string, name: string): Promise<void> {
    const selector = this.visitor.page.locator('.ant-cascader-dropdown:visible');
    // It would be put in front of what is there.
    await this.enter(path, '');
    await this.field(path)
      .getByRole('button', { name: /^(x|variable-button)$/ })
      .click();
    await opened(selector);
    await selector.getByRole('menuitemcheckbox').first().click();
    await selector.getByRole('menuitemcheckbox', { name, exact: true }).click();
    await this.field(path).locator(`[data-variable*="$env.${name}"]`).waitFor();
    await selector.waitFor({ state: 'hidden' });
  }

  /** What is in the field, masked or not. */
  async value(path: string): Promise<string> {
    const field = editable(this.field(path));
    return (await field.getAttribute('contenteditable')) ? field.innerText() : field.inputValue();
  }

  async enterIdentifier(name: string): Promise<void> {
    await editable(this.row(this.words.uid)).fill(name);
  }

  async enterTitle(title: string): Promise<void> {
    await editable(this.row(this.words.title)).fill(title);
  }

  async enable(): Promise<void> {
    await this.row(this.words.enabled).getByRole('checkbox').check();
  }

  async openAdvanced(): Promise<void> {
    await this.drawer.getByText(this.text('Advanced'), { exact: true }).click();
    await this.field('ssoUrl').waitFor();
    await this.drawer.locator('.ant-motion-collapse').waitFor({ state: 'detached' });
  }

  /** Unfolds the list of failed sign-ins. */
  async openFailures(): Promise<Locator> {
    const panel = this.drawer.locator('.ant-collapse-item').filter({ hasText: this.text('Recent failed sign-ins') });
    await panel.locator('.ant-collapse-header').click();
    await panel.getByRole('button', { name: spaced(this.text('Refresh')) }).waitFor();
    await this.drawer.locator('.ant-motion-collapse').waitFor({ state: 'detached' });
    return panel;
  }

  /** Clears that list, and says yes to the question that follows. */
  async clearFailures(): Promise<void> {
    await this.drawer.getByRole('button', { name: spaced(this.text('Clear list')) }).click();
    const question = this.visitor.page.locator('.ant-popconfirm');
    await question.getByText(this.text('Clear the list for everybody?')).waitFor();
    await opened(question);
    await question.getByRole('button', { name: spaced(this.text('Clear')) }).click();
    await question.waitFor({ state: 'hidden' });
  }

  /**
   * Presses the button until something shows. The classic client takes no notice of a click that follows another one
   * within a second, as scripts do and people do not.
   */
  async submit(outcome: Locator, state: 'visible' | 'hidden' = 'visible'): Promise<void> {
    const button = this.drawer.getByRole('button', { name: spaced(this.words.submit) });
    for (let attempt = 1; attempt < 5; attempt += 1) {
      // It is gone when the outcome of an earlier attempt was only late.
      await button.click({ timeout: 3_000 }).catch(() => undefined);
      const done = await outcome.waitFor({ state, timeout: 3_000 }).then(
        () => true,
        () => false,
      );
      if (done) return;
    }
    await outcome.waitFor({ state });
  }

  async save(): Promise<void> {
    await this.submit(this.drawer, 'hidden');
  }

  /** Closes the drawer without saving. */
  async close(): Promise<void> {
    await this.drawer.getByRole('button', { name: 'Close' }).first().click();
    await this.drawer.waitFor({ state: 'hidden' });
  }

  /** Submits what the server refuses. */
  async expectRefusal(words: string): Promise<void> {
    const notices = this.visitor.page.locator('.ant-notification-notice, .ant-message-notice');
    await this.submit(notices.getByText(words).first());
    expect(await this.drawer.isVisible()).toBe(true);
  }

  /**
   * Takes a picture of the whole drawer, or a part of it, for README when that is asked for.
   *
   * @param readme whether README shows it
   */
  async picture(name: string, part: Locator = this.drawer, readme = true): Promise<void> {
    const body = this.drawer.locator('.ant-drawer-body');
    const height = await body.evaluate((element) => window.innerHeight - element.clientHeight + element.scrollHeight);
    await this.visitor.page.setViewportSize({ width: 1280, height });
    const folders = [join(workFolder, 'screenshots')];
    if (readme && process.env.UPDATE_SCREENSHOTS === '1') folders.push(README_PICTURES);
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true });
      // The host's floating assistant would cover a corner of the form.
      const style = '#root [role=button][style*="position: fixed"] { display: none !important }';
      await part.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', style });
    }
  }
}

/** What the host sends to its pages over their WebSocket. */
interface HostMessage {
  type: string;
  payload?: { message?: string };
}

/** Settings → Plugin manager of the classic client, the only one with uploads. */
export class PluginManager {
  private socket?: WebSocket;

  private constructor(
    private readonly page: Page,
    private readonly title: string,
  ) {
    page.on('websocket', (socket) => (this.socket = socket));
  }

  static async open(page: Page, title: string): Promise<PluginManager> {
    const manager = new PluginManager(page, title);
    await page.goto('/admin/settings/plugin-manager');
    await page.getByPlaceholder('Search plugin').waitFor();
    return manager;
  }

  /** The card of the plugin. */
  async card(): Promise<Locator> {
    await this.page.getByPlaceholder('Search plugin').fill(this.title);
    // It moves to the front once the others are gone.
    await this.page.locator('.ant-card[role=button]').nth(1).waitFor({ state: 'detached' });
    const card = this.page.getByRole('button', { name: this.title, exact: true });
    await card.waitFor();
    return card;
  }

  /** How many plugins carry a mark. */
  async problems(): Promise<string> {
    const filter = this.page.getByRole('button', { name: 'Problematic' });
    await filter.click();
    const counted = (await filter.innerText()).replace(/\D/g, '');
    await this.page.getByRole('button', { name: 'All' }).click();
    return counted;
  }

  /** Add & Update → Upload plugin. The page loads again when the host has taken the file. */
  async upload(pack: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Add & Update' }).click();
    await opened(this.page.locator('.ant-modal').filter({ hasText: 'Upload plugin' }));
    await this.page.getByText('Upload plugin', { exact: true }).click();
    await this.page.locator('input[type=file]').setInputFiles(pack);
    await this.page.getByText(basename(pack)).waitFor();
    await this.page.locator('[class*="ant-upload-animate"]').first().waitFor({ state: 'detached' });
    await this.reloaded(() => this.page.getByRole('button', { name: 'Submit' }).click());
  }

  /** Enables the plugin; the page loads again when the host has done it. */
  async enable(): Promise<void> {
    const card = await this.card();
    await this.reloaded(() => card.getByRole('switch').click());
  }

  /** Asks for the plugin to be disabled, without waiting for what comes of it. */
  private async askToDisable(): Promise<void> {
    await (await this.card()).getByRole('switch').click();
    await opened(this.page.locator('.ant-modal-confirm'));
    await this.page.getByRole('button', { name: 'OK' }).click();
  }

  /**
   * Asks for the plugin to be disabled and returns why it is not: what the host sends to the page. Whether the page shows
   * it is up to the host, whose client drops notifications while it puts the page up anew.
   */
  async refusalToDisable(): Promise<string> {
    let refusal: string | undefined;
    await Promise.all([
      this.socket?.waitForEvent('framereceived', ({ payload }) => {
        const { type, payload: sent } = JSON.parse(payload.toString()) as HostMessage;
        if (type === 'notification') refusal = sent?.message;
        return refusal !== undefined;
      }),
      this.askToDisable(),
    ]);
    return refusal ?? '';
  }

  async disable(): Promise<void> {
    await this.reloaded(() => this.askToDisable());
  }

  private async reloaded(action: () => Promise<void>): Promise<void> {
    // The host needs as long as it takes to load all of its plugins.
    await Promise.all([this.page.waitForEvent('load', { timeout: 50_000 }), action()]);
    await this.page.getByPlaceholder('Search plugin').waitFor();
  }
}

/** The words of a button; antd puts a blank between two Chinese characters. */
function spaced(words: string): RegExp {
  return new RegExp([...words].join('\\s?'));
}

function editable(row: Locator): Locator {
  return row.locator('[contenteditable=true], input[type=text]:visible, input[type=password]').first();
}

/** The options of an authenticator as they are stored. */
export async function storedOptions(world: World, name: string): Promise<Record<string, unknown>> {
  const filter = encodeURIComponent(JSON.stringify({ name }));
  const [found] = await world.admin.get<{ options: Record<string, unknown> }[]>(`authenticators:list?filter=${filter}`);
  return found.options;
}

/** Gives variables and secrets of NocoBase these values. */
export async function setVariables(
  { admin }: World,
  variables: Record<string, string>,
  secrets: Record<string, string> = {},
): Promise<void> {
  const existing = await admin.get<{ name: string }[]>('environmentVariables:list?paginate=false');
  const names = new Set(existing.map(({ name }) => name));
  for (const [type, values] of [['default', variables] as const, ['secret', secrets] as const]) {
    for (const [name, value] of Object.entries(values)) {
      const action = names.has(name) ? `update?filterByTk=${name}` : 'create';
      await admin.post(`environmentVariables:${action}`, { name, type, value });
    }
  }
}
