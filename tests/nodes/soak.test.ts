import { hostTemplate } from '../../tools/host-app';
import { soakFindings } from '../../tools/soak/report';
import { soak } from '../../tools/soak/soak';

/** A short one; `npm run soak` takes ten minutes. */
const SECONDS = 40;
const INSTALL_MS = 240_000;
const SOAK_MS = 240_000;

beforeAll(async () => {
  await hostTemplate();
}, INSTALL_MS);

test(
  'many sign-ins with faults in between leave nothing behind',
  async () => {
    const result = await soak({ seconds: SECONDS, perSecond: 10 });
    expect(result.unexplained).toEqual([]);
    expect(soakFindings(result).rows.filter(({ met }) => met === false)).toEqual([]);
    // It really went on for all that time, and most of it succeeded.
    expect(result.signIns).toBeGreaterThan(SECONDS);
    expect(result.outcomes['200']).toBeGreaterThan(result.signIns / 2);
  },
  SOAK_MS,
);
