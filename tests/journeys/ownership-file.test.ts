import { SettingsForm, becomeAdministrator, storedOptions, type Locale } from './administrator';
import { hasNginx, startNginx, type Nginx } from './nginx';
import { OWNERSHIP_FILE as FILE, askForFile, isServed } from './ownership';
import { AUTHENTICATOR, LANES, World, sharedHost, startWorld, type Lane } from './world';

/** The setting in the form. */
class OwnershipFileField {
  constructor(private readonly form: SettingsForm) {}

  get row() {
    return this.form.field('ownershipFile');
  }

  /** Drops a file from the desktop on the area. */
  async drop(name: string, content: string): Promise<void> {
    const transfer = await this.form.visitor.page.evaluateHandle(
      ([fileName, bytes]) => {
        const made = new DataTransfer();
        made.items.add(new File([Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))], fileName));
        return made;
      },
      [name, content] as const,
    );
    await this.row.locator('.ant-upload-drag .ant-upload-btn').dispatchEvent('drop', { dataTransfer: transfer });
  }

  async remove(): Promise<void> {
    await this.row.getByRole('button', { name: this.form.text('Remove') }).click();
    await this.row.locator('.ant-upload-drag').waitFor();
  }

  async expect(text: string, values?: Record<string, string>): Promise<void> {
    await this.row.getByText(this.form.text(text, values), { exact: false }).first().waitFor();
  }
}

async function configure(world: World, lane: Lane, locale: Locale = 'en-US') {
  const visitor = await world.newVisitor({ locale });
  await becomeAdministrator(visitor.page, world.origin, locale);
  return SettingsForm.configure(visitor, lane, AUTHENTICATOR, locale);
}

describe('in the settings', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  beforeEach(() => world.reset());
  afterEach(async () => expect(await world.complaints()).toEqual([]));
  afterAll(() => world.close());

  describe.each(LANES)('$lane', (lane: Lane) => {
    test('the file is dropped, served, found, and gone when it is removed', async () => {
      const form = await configure(world, lane);
      const field = new OwnershipFileField(form);
      await field.row.scrollIntoViewIfNeeded();
      await form.picture(`ownership-empty-${lane.lane}`);
      await field.drop(FILE.name, FILE.content);
      await field.row.getByText(FILE.name, { exact: true }).waitFor();
      const link = field.row.getByRole('link', { name: `${world.origin}/${FILE.name}` });
      expect(await link.getAttribute('href')).toBe(`${world.origin}/${FILE.name}`);
      await field.expect('Not served yet');
      await form.save();
      expect((await storedOptions(world, AUTHENTICATOR)).ownershipFile).toEqual({
        name: FILE.name,
        content: '7rG3kjVbXHngiald',
        lineBreak: 'CRLF',
      });
      expect(await isServed({ url: world.origin })).toBe(true);

      const again = await SettingsForm.configure(form.visitor, lane, AUTHENTICATOR);
      const saved = new OwnershipFileField(again);
      await saved.expect('WeCom can check the domain now.');
      await again.picture(`ownership-reachable-${lane.lane}`);
      await saved.remove();
      await again.save();
      expect(await storedOptions(world, AUTHENTICATOR)).not.toHaveProperty('ownershipFile');
      expect(await isServed({ url: world.origin })).toBe(false);
    });

    test('name and content are entered by hand', async () => {
      const form = await configure(world, lane);
      const field = new OwnershipFileField(form);
      await field.row.getByText(form.text('Enter name and content instead')).click();
      await field.row.getByRole('textbox', { name: form.text('File name') }).fill('../index.html');
      await field.expect(
        '{{field}}: the name has to be as WeCom gave it, WW_verify_ with 16 letters or digits, and .txt.',
        {
          field: form.text('Domain ownership file'),
        },
      );
      await form.expectRefusal(
        form.text('{{field}}: the name has to be as WeCom gave it, WW_verify_ with 16 letters or digits, and .txt.', {
          field: form.text('Domain ownership file'),
        }),
      );
      expect(await storedOptions(world, AUTHENTICATOR)).not.toHaveProperty('ownershipFile');
      await field.row.getByRole('textbox', { name: form.text('File name') }).fill(FILE.name);
      await field.row.getByRole('textbox', { name: form.text('Content') }).fill('one line');
      await form.save();
      expect(await isServed({ url: world.origin }, { file: { name: FILE.name, content: 'one line' } })).toBe(true);
    });

    test('what is no such file is refused at once, and nothing is kept of it', async () => {
      const form = await configure(world, lane, 'zh-CN');
      const field = new OwnershipFileField(form);
      const label = { field: form.text('Domain ownership file') };
      const wrongName =
        '{{field}}: the name has to be as WeCom gave it, WW_verify_ with 16 letters or digits, and .txt.';
      const wrongContent = '{{field}}: the content has to be one short line of plain text, unchanged as WeCom gave it.';
      for (const [name, content, problem] of [
        ['WW_verify_7rG3kjVbXHngiald.png', FILE.content, wrongName],
        [FILE.name, '<html>', wrongContent],
        ['notes.txt', FILE.content, wrongName],
        [FILE.name, `\u00ef\u00bb\u00bf${FILE.content}`, wrongContent],
        [`${FILE.name.slice(0, -4)} (1).txt`, FILE.content, wrongName],
        [FILE.name, 'x'.repeat(100_000), wrongContent],
      ]) {
        await field.drop(name, content);
        await field.expect(problem, label);
      }
      await form.picture(`ownership-refused-${lane.lane}-zh`);
      await form.save();
      expect(await storedOptions(world, AUTHENTICATOR)).not.toHaveProperty('ownershipFile');
    });
  });
});

const behindNginx = hasNginx ? describe : describe.skip;

behindNginx(
  `behind nginx as NocoBase sets it up${hasNginx ? '' : ' (nginx is not installed: nothing is tested with it)'}`,
  () => {
    let nginx: Nginx;
    let world: World;

    beforeAll(async () => {
      const { url, dir } = sharedHost();
      nginx = await startNginx({ dir, port: Number(new URL(url).port) });
      world = await startWorld({ origin: nginx.url });
    });
    afterAll(async () => {
      await world?.close();
      await nginx?.close();
    });

    test('the settings show the lines to add, with which the file is found', async () => {
      await world.saveAuthenticator({ options: { ownershipFile: FILE } });
      expect((await askForFile(nginx, { path: `/${FILE.name}` })).type).toBe('text/html');

      const form = await configure(world, LANES[0]);
      const field = new OwnershipFileField(form);
      const lines = field.row.locator('pre');
      await lines.waitFor();
      await form.picture('ownership-nginx-v1');
      const inChinese = await configure(world, LANES[1], 'zh-CN');
      await new OwnershipFileField(inChinese).row.locator('pre').waitFor();
      await inChinese.picture('ownership-nginx-v2-zh');

      const { host } = new URL(sharedHost().url);
      await nginx.add((await lines.innerText()).replace('127.0.0.1:13000', host));
      expect(await isServed(nginx)).toBe(true);
      await field.row.getByRole('button', { name: form.text('Check again') }).click();
      await field.expect('WeCom can check the domain now.');
      // What is not set is answered as before.
      expect((await askForFile(nginx, { path: '/WW_verify_aaaaaaaaaaaaaaaa.txt' })).content).not.toBe(FILE.content);
      expect(await world.complaints()).toEqual([]);
    });
  },
);
