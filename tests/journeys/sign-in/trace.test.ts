import { FAILURES } from '../../../src/shared/failures';
import { SettingsForm, becomeAdministrator, text } from '../administrator';
import { AUTHENTICATOR, LANES, World, expectFailure, startWorld } from '../world';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.reset());
afterEach(async () => {
  expect(await world.complaints()).toEqual([]);
});
afterAll(() => world.close());

/** Each client in one language: what both show comes from the same files. */
const IN_LANGUAGE = { v1: 'zh-CN', v2: 'en-US' } as const;

describe.each(LANES)('$lane', (lane) => {
  const locale = IN_LANGUAGE[lane.lane];
  const t = (key: string, values?: Record<string, string>) => text(locale, key, values);

  test('what an employee passes on leads the administrator to the cause', async () => {
    await world.saveAuthenticator({ options: { secret: 'not-the-secret' } });
    const employee = await world.newVisitor({ inWeCom: true, as: 'zhangsan', locale });
    await employee.open(world.homepageLink({ redirect: `${lane.base}/admin` }));
    await expectFailure(employee, 'secretRefused', locale);
    const details = await employee.openDetails();
    const { code, cause, remedy } = FAILURES.secretRefused;
    const [reference] = /\b[0-9a-f]{8}\b/.exec(details) ?? [];
    expect(details).toContain(t('Reference number: {{reference}}', { reference: String(reference) }));
    expect(details).toContain(t('Code: {{code}} ({{reason}})', { code, reason: 'secretRefused' }));
    expect(details).toContain(t('What to do: {{remedy}}', { remedy: t(remedy) }));
    expect(details).toContain(String(new Date().getFullYear()));
    await employee.screenshot(`failure-details-${lane.lane}`);
    await employee.page.locator('details').getByText(t('Copy'), { exact: true }).click();
    await employee.page.locator('details').getByText(t('Copied'), { exact: true }).waitFor();

    // The language menu of the sign-in page loads it again.
    await employee.page.reload();
    await expectFailure(employee, 'secretRefused', locale);
    expect(await employee.openDetails()).toContain(reference);

    expect(world.logs().split('\n')).toContainEqual(expect.stringMatching(`WeCom sign-in failed.*${reference}`));

    const administrator = await world.newVisitor({ locale });
    await becomeAdministrator(administrator.page, world.origin, locale);
    const form = await SettingsForm.configure(administrator, lane, AUTHENTICATOR, locale);
    const list = await form.openFailures();
    const entry = list.locator('.ant-list-item');
    await entry.waitFor();
    for (const words of [String(reference), code, t(cause), t('What to do: {{remedy}}', { remedy: t(remedy) })]) {
      expect(await entry.innerText()).toContain(words);
    }
    await form.picture(`recent-failures-${lane.lane}`);

    await form.clearFailures();
    await list.getByText(t('No failed sign-ins. What goes wrong from now on is listed here.')).waitFor();
    expect(await entry.count()).toBe(0);
    await form.picture(`recent-failures-none-${lane.lane}`);
    await form.close();

    const fresh = await SettingsForm.addNew(administrator, lane, locale);
    expect(await fresh.drawer.getByText(t('Recent failed sign-ins')).count()).toBe(0);
  });
});

test('an address that somebody made up shows nothing but what has the right form', async () => {
  const visitor = await world.newVisitor();
  const query = new URLSearchParams({
    authenticator: AUTHENTICATOR,
    error: 'secretRefused',
    reference: 'call 555-1234 now',
    time: 'immediately',
    field: 'javascript:alert(1)',
  });
  await visitor.open(`/signin?${query}`);
  await expectFailure(visitor, 'secretRefused');
  const details = await visitor.openDetails();
  expect(details).not.toMatch(/555|immediately|alert|Reference number|Time:/);
  expect(details).toContain('WECOM_CONFIG_INVALID (secretRefused)');
});
