import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PLACES } from '../../src/shared/checks';
import { FAILURES, type FailureInfo } from '../../src/shared/failures';
import { SETTINGS_FIELDS } from '../../src/shared/settings-fields';
import { ERROR_PAGES, errorPageName, errorPages } from '../error-pages';
import { ERROR_TABLE, errorTable } from '../error-table';
import { FIGURES } from '../figures-table';
import { packageReadme } from '../package-readme';
import { READMES, generatedPart, readReadme, replacePart, translate } from '../readme';
import { ON_WECOM_PAGES, WECOM_MESSAGES } from '../wecom-words';

const root = resolve(__dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

const withoutCode = (markdown: string) => markdown.replace(/^```.*?^```/gms, '');
const headings = (markdown: string) => [...withoutCode(markdown).matchAll(/^(#+) (.+)$/gm)];
const codeBlocks = (markdown: string) => [...markdown.matchAll(/^ *```(\w+)\n(.*?)^ *```/gms)];
const linksIn = (markdown: string) => [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);

/** How GitHub names the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replace(/ /g, '-');

describe.each(READMES)('$file', ({ file, language }) => {
  const markdown = readReadme(file);

  it('has the error table of the code (npm run error-table)', () => {
    expect(generatedPart(markdown, ERROR_TABLE)).toBe(errorTable(language));
  });

  it('has figures (npm run bench -- --write)', () => {
    expect(generatedPart(markdown, FIGURES).split('\n').length).toBeGreaterThan(3);
  });

  it.each(SETTINGS_FIELDS)('explains the setting "$label"', ({ label, default: value, choices }) => {
    const row = markdown
      .split('\n')
      .find((line) => /^\| /.test(line) && line.includes(`${translate(label, language)} |`));
    expect(row).toBeDefined();
    const chosen = choices?.find((choice) => choice.value === value);
    if (chosen) expect(row).toContain(`| ${translate(chosen.label, language)} |`);
    else if (typeof value === 'string') expect(row).toContain(`| \`${value}\` |`);
  });

  it.each(Object.values(PLACES))('leads through the WeCom console in the words of the check: $path', ({ path }) => {
    const steps = path.split(' → ').filter((step) => step !== 'your app');
    const inChinese = (step: string) => /\((.*\p{Script=Han}.*)\)/u.exec(step)?.[1] ?? step;
    for (const step of steps) expect(markdown).toContain(language === 'zh-CN' ? inChinese(step) : step);
  });

  it('links to what exists', () => {
    const anchors = headings(markdown).map(([, , text]) => `#${anchorOf(text)}`);
    const inside = linksIn(markdown).filter((target) => !/^https?:/.test(target));
    expect(inside.length).toBeGreaterThan(5);
    const exists = (target: string) => anchors.includes(target) || existsSync(join(root, target.split('#')[0]));
    expect(inside.filter((target) => !exists(target))).toEqual([]);
  });

  it('names commands that exist', () => {
    const commands = [...markdown.matchAll(/npm (?:run )?(?!ci\b)([a-z-]+)/g)].map(([, name]) => name);
    expect(commands).toEqual(expect.arrayContaining(['start', 'test', 'pack', 'bench', 'error-table']));
    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('shows nothing broken inside the package, which has no pictures and no sources', () => {
    const packed = packageReadme(markdown);
    const targets = linksIn(packed).filter((target) => !/^https?:|^#/.test(target));
    expect(targets.filter((target) => !/^(README(\.zh-CN)?\.md|LICENSE)$/.test(target))).toEqual([]);
    const anchors = headings(packed).map(([, , text]) => `#${anchorOf(text)}`);
    expect(linksIn(packed).filter((target) => target.startsWith('#') && !anchors.includes(target))).toEqual([]);
    expect(packed).not.toContain('<!--');
    expect(packed).toContain(FAILURES.ipNotTrusted.code);
  });
});

it('both READMEs have the same parts and the same code', () => {
  const [english, chinese] = READMES.map(({ file }) => readReadme(file));
  const levels = (markdown: string) => headings(markdown).map(([, level]) => level);
  const code = (markdown: string) =>
    codeBlocks(markdown).map(([, kind, text]) => `${kind}\n${text.replace(/ *#.*$/gm, '')}`);
  expect(levels(chinese)).toEqual(levels(english));
  expect(code(chinese)).toEqual(code(english));
  expect(linksIn(chinese)).toHaveLength(linksIn(english).length);
});

describe('the error table', () => {
  it('has a row for every failure with all its errcodes', () => {
    const rows = errorTable('en-US').split('\n').slice(3);
    Object.entries<FailureInfo>(FAILURES).forEach(([reason, { code, errcodes = [] }], index) => {
      expect(rows[index]).toContain(`\`${code}\`<br>[${reason}](`);
      expect(rows[index]).toMatch(new RegExp(`\\| ${errcodes.join(', ')} \\|$`));
    });
  });

  it('leaves no English in the Chinese table', () => {
    for (const { cause, remedy } of Object.values(FAILURES)) {
      expect(errorTable('zh-CN')).not.toContain(cause);
      expect(errorTable('zh-CN')).not.toContain(`${remedy} |`);
    }
  });
});

describe('the pages of the errors (npm run error-table)', () => {
  const folder = join(root, ERROR_PAGES);
  const pages = [...errorPages()];

  it('are those of the code, and no others', () => {
    expect(readdirSync(folder).sort()).toEqual(pages.map(([name]) => name).sort());
    for (const [name, content] of pages) expect(readFileSync(join(folder, name), 'utf8')).toBe(content);
  });

  it('hold every reason with all that is known of it, in both languages', () => {
    Object.entries<FailureInfo>(FAILURES).forEach(([reason, { code, message, cause, remedy, errcodes = [] }]) => {
      for (const { language } of READMES) {
        const page = errorPages().get(errorPageName(code, language)) ?? '';
        const part = page.split('\n## ').find((each) => each.startsWith(`${reason}\n`));
        const texts = [cause, remedy].map((text) => translate(text, language));
        const symptoms = READMES.map((each) => translate(message, each.language));
        for (const text of [...texts, ...symptoms, ...errcodes.map((errcode) => `[${errcode}](`)]) {
          expect(part).toContain(text);
        }
      }
    });
  });

  it('link to what exists', () => {
    const targets = pages.flatMap(([, content]) => linksIn(content)).filter((target) => !/^https:/.test(target));
    expect(targets.filter((target) => !existsSync(join(folder, target.split('#')[0])))).toEqual([]);
    for (const { file, language } of READMES) {
      const anchors = headings(readReadme(file)).map(([, , text]) => `${file}#${anchorOf(text)}`);
      const own = pages.filter(([name]) => name.endsWith('.zh-CN.md') === (language === 'zh-CN'));
      for (const [, content] of own) expect(anchors).toContain(/\.\.\/\.\.\/(README[^)]+)\)/.exec(content)?.[1]);
    }
  });

  it('say what WeCom says only for reasons and errcodes that there are', () => {
    const errcodes = Object.values<FailureInfo>(FAILURES).flatMap((info) => info.errcodes ?? []);
    expect(Object.keys(WECOM_MESSAGES).filter((errcode) => !errcodes.includes(Number(errcode)))).toEqual([]);
    expect(Object.keys(ON_WECOM_PAGES).filter((reason) => !(reason in FAILURES))).toEqual([]);
  });
});

describe('a generated part', () => {
  it('replaces what stood between its markers, and nothing else', () => {
    const replaced = replacePart('before\n\n<!-- x -->\nold\n<!-- /x -->\n\nafter\n', 'x', 'new');
    expect(replaced).toBe('before\n\n<!-- x -->\n\nnew\n\n<!-- /x -->\n\nafter\n');
    expect(generatedPart(replaced, 'x')).toBe('new');
    expect(replacePart(replaced, 'x', 'new')).toBe(replaced);
  });

  it('needs its markers', () => {
    expect(() => generatedPart('nothing', 'x')).toThrow('<!-- x -->');
  });
});
