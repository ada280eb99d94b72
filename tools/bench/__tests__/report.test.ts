import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatedPart } from '../../readme';
import { findingsTable } from '../report';
import { PART_NAMES, runBench } from '../run';

it('the table says which aims are reached, and shows figures without an aim', () => {
  const rows = [
    { figure: 'a', measured: '1', against: '2', aim: 'less', met: true },
    { figure: 'b', measured: '3', aim: 'less', met: false },
    { figure: 'c', measured: '4' },
  ];
  const lines = findingsTable({ rows, notes: ['A note.'] }).split('\n');
  expect(lines.slice(3)).toEqual([
    '| a | 1 | 2 | less | yes |',
    '| b | 3 |  | less | **no** |',
    '| c | 4 |  |  |  |',
    '',
    'A note.',
  ]);
});

it.each(PART_NAMES)('docs/measurements.md has a place for the part %s', (name) => {
  const markdown = readFileSync(join(resolve(__dirname, '../../..'), 'docs/measurements.md'), 'utf8');
  expect(() => generatedPart(markdown, `bench ${name}`)).not.toThrow();
});

it('an unknown part is refused with the names there are, and few repetitions are not written down', async () => {
  await expect(runBench({ only: ['pagse'] })).rejects.toThrow('one-writer');
  await expect(runBench({ write: true, quick: true })).rejects.toThrow('--quick');
});
