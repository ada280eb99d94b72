/**
 * Signs people in for a long time, in all the ways there are and with things going wrong, and looks at what is left in
 * the host afterwards.
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoCorp, startSimulator, type Simulator } from '../../simulator';
import { addAuthenticator } from '../bench/company';
import { hostTemplate, newFolder, startHost, type RunningHost } from '../host-app';
import { anyKind, Crowd, FAULTS, isCausedByFault, outcome } from './crowd';
import { Probe, type Sample } from './probe';

export interface SoakOptions {
  seconds: number;
  /** Sign-ins that begin in one second, as long as the host keeps up. */
  perSecond: number;
}

export interface SoakResult {
  seconds: number;
  signIns: number;
  faults: number;
  /** How often each outcome was seen: `200`, `503 unavailable`, … */
  outcomes: Record<string, number>;
  /** Answers and lines of the log that nothing accounts for. */
  unexplained: string[];
  /** After warming up, on the way, at the end; each after the garbage was collected and sockets had time to close. */
  samples: Checkpoint[];
}

/** What the host held after so many sign-ins. */
export interface Checkpoint extends Sample {
  signIns: number;
}

/** Share of the time after which caches are full and memory is compared, but not before so many sign-ins. */
const WARM_UP = 0.3;
const WARM_UP_SIGN_INS = 100;
const SAMPLES_AFTERWARDS = 3;

/** Idle connections are kept for some seconds by both sides. */
const SETTLE_MS = 8_000;

/** A machine that is busy with other things begins fewer instead of letting them pile up. */
const AT_ONCE = 16;

/** One sign-in in fifty meets a fault, one in five hundred an access token that has run out. */
const FAULT_SHARE = 0.02;
const EXPIRY_SHARE = 0.002;

/** Runs the soak against a NocoBase of its own, and reports on the way when there is somebody to report to. */
export async function soak(
  options: SoakOptions,
  report: (checkpoint: Checkpoint) => void = () => {},
): Promise<SoakResult> {
  const folder = newFolder('probe-');
  const probe = new Probe(folder);
  const wecom = await startSimulator({ corps: [demoCorp()] });
  let host: RunningHost | undefined;
  try {
    host = await startHost({ template: await hostTemplate(), env: probe.env });
    await addAuthenticator(await host.admin(), wecom, host.url);
    return await run(options, host, wecom, probe, report);
  } finally {
    await host?.stop();
    await wecom.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  { seconds, perSecond }: SoakOptions,
  host: RunningHost,
  wecom: Simulator,
  probe: Probe,
  report: (checkpoint: Checkpoint) => void,
): Promise<SoakResult> {
  const crowd = new Crowd(host.url, wecom);
  await crowd.introduceRegulars();
  const printedBefore = host.logs().length;
  const result: SoakResult = { seconds, signIns: 0, faults: 0, outcomes: {}, unexplained: [], samples: [] };
  let hit = 0;

  const visit = async (): Promise<void> => {
    const kind = anyKind();
    if (Math.random() < FAULT_SHARE) {
      result.faults += 1;
      const fault = FAULTS[Math.floor(Math.random() * FAULTS.length)];
      wecom.faults.add({ call: 'auth/getuserinfo', kind: fault, times: 1 });
    }
    if (Math.random() < EXPIRY_SHARE) wecom.expireTokens();
    const answer = await kind.run(crowd).catch((error: unknown) => ({ status: 0, reason: String(error) }));
    const ended = outcome(answer);
    result.signIns += 1;
    result.outcomes[ended] = (result.outcomes[ended] ?? 0) + 1;
    if (ended === kind.expected) return;
    // A fault hits whoever calls next.
    if (isCausedByFault(kind, ended)) hit += 1;
    else result.unexplained.push(`${ended} in place of ${kind.expected}`);
  };

  const soakFor = async (ms: number, atLeast = 0): Promise<void> => {
    const running = new Set<Promise<void>>();
    for (const deadline = Date.now() + ms; Date.now() < deadline || result.signIns < atLeast;) {
      const visiting = visit().finally(() => running.delete(visiting));
      running.add(visiting);
      await sleep(1000 / perSecond);
      if (running.size >= AT_ONCE) await Promise.race(running);
    }
    await Promise.all(running);
    wecom.faults.clear();
    await sleep(SETTLE_MS);
    const checkpoint = { signIns: result.signIns, ...(await probe.sample(host.pid)) };
    result.samples.push(checkpoint);
    report(checkpoint);
  };

  await soakFor(seconds * 1000 * WARM_UP, WARM_UP_SIGN_INS);
  for (let sample = 0; sample < SAMPLES_AFTERWARDS; sample += 1) {
    await soakFor((seconds * 1000 * (1 - WARM_UP)) / SAMPLES_AFTERWARDS);
  }
  if (hit > result.faults) result.unexplained.push(`${hit} failures of WeCom after ${result.faults} faults`);
  const printed = host.logs().slice(printedBefore).split('\n');
  result.unexplained.push(...printed.filter((line) => /\blevel=error\b/.test(line)));
  return result;
}
