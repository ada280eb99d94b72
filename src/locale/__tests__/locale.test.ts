import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { CHECKS, PLACES, type Finding } from '../../shared/checks';
import { FAILURES } from '../../shared/failures';
import { SETTINGS_FIELDS } from '../../shared/settings-fields';
import enUS from '../en-US.json';
import zhCN from '../zh-CN.json';

const source = join(__dirname, '../..');
const en: Record<string, string> = enUS;
const zh: Record<string, string> = zhCN;

/** Texts of the source, and those among them that are handed to a translating function. */
function textsInSource() {
  const all = new Set<string>();
  const translated = new Set<string>();
  const literalsIn = (node: ts.Node, found: Set<string>) => {
    if (ts.isStringLiteralLike(node)) found.add(node.text);
    node.forEachChild((child) => literalsIn(child, found));
  };
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && /^(t|tval)$/.test(node.expression.getText()) && node.arguments[0]) {
      literalsIn(node.arguments[0], translated);
    }
    node.forEachChild(visit);
  };
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (/\.tsx?$/.test(file) && !/__tests__|\.d\.ts$/.test(file)) {
      const parsed = ts.createSourceFile(file, readFileSync(join(source, file), 'utf8'), ts.ScriptTarget.Latest, true);
      literalsIn(parsed, all);
      visit(parsed);
    }
  }
  return { all: [...all], translated: [...translated] };
}

const { all, translated } = textsInSource();
const needed = new Set([
  ...translated,
  ...Object.values(FAILURES).flatMap(({ message, cause, remedy }) => [message, cause, remedy]),
  ...Object.values(CHECKS).flatMap(({ title, findings }) => [
    title,
    ...Object.values<Finding>(findings).flatMap(({ message, remedy }) => (remedy ? [message, remedy] : [message])),
  ]),
  ...Object.values(PLACES).map(({ path }) => path),
  ...SETTINGS_FIELDS.flatMap(({ label, help, choices = [] }) => [
    label,
    ...(help ? [help] : []),
    ...choices.map((choice) => choice.label),
  ]),
  ...all.filter((text) => /\{\{(field|name)\}\}/.test(text)),
]);

const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

describe('locale files', () => {
  it('hold the same keys in the same, sorted order', () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    expect(Object.keys(en)).toEqual(Object.keys(en).sort());
  });

  it('hold every text that is shown', () => {
    expect([...needed].filter((key) => !(key in en))).toEqual([]);
  });

  it('hold no text that nothing shows', () => {
    expect(Object.keys(en).filter((key) => !all.includes(key))).toEqual([]);
  });

  it('say in English what the key says, and leave nothing untranslated in Chinese', () => {
    expect(Object.entries(en).filter(([key, text]) => key !== text)).toEqual([]);
    const sameOnPurpose = ['AgentId', 'Secret'];
    expect(Object.keys(zh).filter((key) => zh[key] === key)).toEqual(sameOnPurpose);
  });

  it('keep the placeholders', () => {
    expect(Object.keys(zh).filter((key) => `${placeholders(zh[key])}` !== `${placeholders(key)}`)).toEqual([]);
  });
});
