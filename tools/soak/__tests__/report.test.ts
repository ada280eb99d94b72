import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatedPart } from '../../readme';
import { runSoak, soakFindings } from '../report';
import type { Checkpoint, SoakResult } from '../soak';

const MEGABYTE = 1024 * 1024;

function checkpoint(signIns: number, heap: number, resources: Record<string, number>): Checkpoint {
  return { signIns, rss: 400 * MEGABYTE, heapUsed: heap * MEGABYTE, external: 0, resources };
}

function missed(changes: Partial<SoakResult>): string[] {
  const samples = [checkpoint(10, 200, { Timeout: 3 }), checkpoint(40, 201, { Timeout: 4 })];
  const result = { seconds: 60, signIns: 40, faults: 1, outcomes: { '200': 40 }, unexplained: [], samples, ...changes };
  return soakFindings(result).rows.flatMap(({ figure, met }) => (met ? [] : [figure]));
}

it('what stays as it was after warming up is well', () => {
  expect(missed({})).toEqual([]);
});

it('an answer that nothing accounts for, memory that grows and handles that stay open are told', () => {
  const warm = checkpoint(10, 200, { Timeout: 3 });
  expect(missed({ unexplained: ['500 in place of 200'] })).toEqual([expect.stringContaining('Answers')]);
  expect(missed({ samples: [warm, checkpoint(40, 230, { Timeout: 3 })] })).toEqual([expect.stringContaining('heap')]);
  expect(missed({ samples: [warm, checkpoint(40, 200, { Timeout: 3, TCPSocketWrap: 9 })] })).toEqual([
    expect.stringContaining('handles'),
  ]);
});

it('docs/measurements.md has a place for it', () => {
  const markdown = readFileSync(join(resolve(__dirname, '../../..'), 'docs/measurements.md'), 'utf8');
  expect(() => generatedPart(markdown, 'bench soak')).not.toThrow();
});

it('no time at all is refused', async () => {
  await expect(runSoak({ minutes: Number('ten'), perSecond: 10 })).rejects.toThrow('above 0');
});
