import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import zhCN from '../src/locale/zh-CN.json';

const root = resolve(__dirname, '..');

/** Languages of the manual, as the locale files name them. */
export type Language = 'en-US' | 'zh-CN';

/** The two READMEs, which say the same. */
export const READMES: readonly { file: string; language: Language }[] = [
  { file: 'README.md', language: 'en-US' },
  { file: 'README.zh-CN.md', language: 'zh-CN' },
];

/** A text of the plugin in a language of the manual; its keys are the English sentences. */
export function translate(text: string, language: Language): string {
  return language === 'zh-CN' ? ((zhCN as Record<string, string>)[text] ?? text) : text;
}

export function readReadme(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/**
 * The generated part between `<!-- name -->` and `<!-- /name -->`.
 *
 * @throws when the markers are missing
 */
export function generatedPart(markdown: string, name: string): string {
  return split(markdown, name).part.trim();
}

/** Puts a newly generated part between its markers. */
export function replacePart(markdown: string, name: string, part: string): string {
  const { before, after } = split(markdown, name);
  return `${before}\n\n${part.trim()}\n\n${after}`;
}

/** Writes a newly generated part into both READMEs. */
export function writeParts(name: string, partIn: (language: Language) => string): void {
  for (const { file, language } of READMES) {
    writeFileSync(join(root, file), replacePart(readReadme(file), name, partIn(language)));
  }
}

/** A table in Markdown. It is kept from prettier, which would pad every cell to the width of the longest. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`;
  return ['<!-- prettier-ignore -->', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function split(markdown: string, name: string): { before: string; part: string; after: string } {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [markdown.indexOf(opening), markdown.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`The markers ${opening} and ${closing} are missing.`);
  const from = start + opening.length;
  return { before: markdown.slice(0, from), part: markdown.slice(from, end), after: markdown.slice(end) };
}
