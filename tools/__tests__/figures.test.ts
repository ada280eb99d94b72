import { rowsOf } from '../bench/parts/promises';
import { LIMITS, figuresTable, type Figures } from '../figures-table';
import { measureEntries } from '../measure-entries';

const figures: Figures = {
  entries: [
    { client: 'client', ours: 2249, sms: 3630 },
    { client: 'client-v2', ours: 2501, sms: 3649 },
  ],
  calls: { first: 4, returning: 2, gettoken: 1 },
};

it('no page of NocoBase loads more of this plugin than promised', async () => {
  const entries = await measureEntries();
  expect(entries.map(({ client }) => client)).toEqual(['client', 'client-v2']);
  for (const { client, ours, sms } of entries) {
    expect({ client, size: ours }).toEqual({ client, size: Math.min(ours, LIMITS.entry) });
    expect(ours).toBeGreaterThan(500);
    expect(ours).toBeLessThan(sms);
  }
}, 60_000);

it('figures above their limit are missed aims', () => {
  const missed = rowsOf(figures).filter(({ met }) => !met);
  expect(missed).toEqual([
    expect.objectContaining({ figure: expect.stringContaining('the new client'), measured: '2501 bytes' }),
    expect.objectContaining({ figure: 'WeCom calls of a returning sign-in', measured: '2', aim: 'at most 1' }),
  ]);
  const likeSms = { ...figures, entries: [{ client: 'client' as const, ours: 2400, sms: 2400 }] };
  expect(rowsOf(likeSms)[0]).toMatchObject({ met: false });
});

it('the table shows kilobytes and counts', () => {
  expect(figuresTable(figures, 'en-US').split('\n').slice(3)).toEqual([
    expect.stringContaining('| 2.2 KB (NocoBase’s own SMS sign-in: 3.6 KB) | 2.5 KB |'),
    expect.stringContaining('| 2.5 KB (NocoBase’s own SMS sign-in: 3.6 KB) | 2.5 KB |'),
    expect.stringContaining('| 4 | 4 |'),
    expect.stringContaining('| 2 | 1 |'),
    expect.stringContaining('| 1 | 1 (per life of a token) |'),
  ]);
});
