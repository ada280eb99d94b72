import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FAILURES, type FailureInfo } from '../../src/shared/failures';
import { SETTINGS_FIELDS } from '../../src/shared/settings-fields';
import { ERROR_TABLE, errorTable } from '../error-table';
import { FIGURES } from '../figures-table';
import { packageReadme } from '../package-readme';
import { READMES, generatedPart, readReadme, replacePart, translate } from '../readme';

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

  it('has figures (npm run figures -- --write)', () => {
    expect(generatedPart(markdown, FIGURES).split('\n').length).toBeGreaterThan(3);
  });

  it.each(SETTINGS_FIELDS)('explains the setting "$label"', ({ label, default: value }) => {
    const row = markdown
      .split('\n')
      .find((line) => /^\| /.test(line) && line.includes(`${translate(label, language)} |`));
    expect(row).toBeDefined();
    if (typeof value === 'string') expect(row).toContain(`| \`${value}\` |`);
  });

  it('links to what exists', () => {
    const anchors = headings(markdown).map(([, , text]) => `#${anchorOf(text)}`);
    const inside = linksIn(markdown).filter((target) => !/^https?:/.test(target));
    expect(inside.length).toBeGreaterThan(5);
    expect(inside.filter((target) => !(anchors.includes(target) || existsSync(join(root, target))))).toEqual([]);
  });

  it('names commands that exist', () => {
    const commands = [...markdown.matchAll(/npm (?:run )?(?!ci\b)([a-z-]+)/g)].map(([, name]) => name);
    expect(commands).toEqual(expect.arrayContaining(['start', 'test', 'pack', 'figures', 'error-table']));
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
      expect(rows[index]).toContain(`\`${code}\`<br>${reason} |`);
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
