import { LIMITS, exceeded, figuresTable, type Figures } from '../figures-table';
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

it('figures above their limit are named', () => {
  expect(exceeded(figures)).toEqual(['entry of client-v2: 2501 is above 2500', 'returning: 2 is above 1']);
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
