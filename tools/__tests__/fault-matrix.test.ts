import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FAILURES } from '../../src/shared/failures';
import { CALLS, FAULTS, endingOf } from '../../tests/server/faults/matrix';
import { FAULT_DOCUMENTS, faultDocument } from '../fault-matrix';
import { READMES, readReadme } from '../readme';

const root = resolve(__dirname, '../..');

describe.each(FAULT_DOCUMENTS)('$file', ({ file, language }) => {
  const markdown = readFileSync(join(root, file), 'utf8');

  it('is the matrix of the tests (npm run fault-matrix)', () => {
    expect(markdown).toBe(faultDocument(language));
  });

  it('has a row for every fault, with the reason of every call', () => {
    for (const fault of FAULTS) {
      const row = markdown.split('\n').find((line) => line.startsWith(`| ${fault.name[language]} |`));
      const outcomes = CALLS.map((call) => endingOf(fault, call).outcome).filter((outcome) => outcome !== 'signedIn');
      for (const outcome of outcomes) {
        expect(row).toContain(outcome);
        expect(markdown).toContain(`| ${outcome} | \`${FAILURES[outcome].code}\` | ${FAILURES[outcome].status} |`);
      }
    }
  });

  it('is linked from the README of its language, and links to what exists', () => {
    const readme = READMES.find((each) => each.language === language)!;
    expect(readReadme(readme.file)).toContain(`(${file})`);
    const targets = [...markdown.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => join(root, dirname(file), target));
    expect(targets.length).toBeGreaterThan(1);
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });
});

it('the names of faults tell them apart', () => {
  for (const { language } of FAULT_DOCUMENTS) {
    expect(new Set(FAULTS.map(({ name }) => name[language])).size).toBe(FAULTS.length);
  }
});

it('an errcode ends as the table of failures says', () => {
  for (const fault of FAULTS) {
    const errcode = typeof fault.kind === 'object' && 'errcode' in fault.kind ? fault.kind.errcode : undefined;
    if (errcode === undefined || fault.times !== undefined) continue;
    const reason = Object.entries(FAILURES).find(
      ([, failure]) => 'errcodes' in failure && (failure.errcodes as readonly number[]).includes(errcode),
    )?.[0];
    for (const call of CALLS)
      expect([errcode, endingOf(fault, call).outcome]).toEqual([errcode, reason ?? 'unavailable']);
  }
});
