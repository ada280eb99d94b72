import {
  CHECKS,
  CHECK_STEPS,
  type CheckName,
  type CheckResult,
  type CheckState,
  type CheckStep,
} from '../shared/checks';
import { RESOURCE } from '../shared/constants';
import type { HostApp } from './host';

/** What is in the form of an authenticator. */
export interface CheckedForm {
  name: string;
  options: unknown;
}

/** How a check stands; `waiting` and `running` come before the others. */
export type CheckOutcome =
  | { kind: 'waiting' | 'running' }
  | { kind: 'result'; result: CheckResult }
  /** The server would not make the check, and says why; or there was no answer (no words). */
  | { kind: 'refused'; state: CheckState; words?: string };

export type Report = (check: CheckName, outcome: CheckOutcome) => void;

/** All parts together; what has not answered by then is given up. */
const TIMEOUT_MS = 15_000;

/** What to say of checks that were not made, because the one they hang on did not end well. */
const NOT_MADE: Partial<Record<CheckName, string>> = { webLoginDomain: 'byHand', phone: 'byHand', clock: 'notTold' };

function notMade(check: CheckName, { options }: CheckedForm): CheckOutcome {
  const finding = NOT_MADE[check] ?? 'notReached';
  const known = (CHECKS[check].findings as Record<string, { state: CheckState } | undefined>)[finding];
  if (!known) {
    return { kind: 'refused', state: 'unknown' };
  }
  const copy = check === 'webLoginDomain' ? hostOf((options as { origin?: unknown } | null)?.origin) : undefined;
  return { kind: 'result', result: { check, finding, state: known.state, copy } };
}

function hostOf(origin: unknown): string | undefined {
  try {
    return new URL(String(origin)).host || undefined;
  } catch {
    return undefined;
  }
}

interface FailedRequest {
  response?: { status?: number; data?: { errors?: { message?: string; field?: string }[] } };
}

/** The check under which it is said that a setting is malformed; others stand at the first check of the part. */
const CHECK_OF_FIELD: Record<string, CheckName> = { agentId: 'agent', origin: 'callbackDomain' };

function refusedCheck(error: unknown, step: CheckStep): CheckName {
  const field = (error as FailedRequest | undefined)?.response?.data?.errors?.[0]?.field ?? '';
  const checks: readonly CheckName[] = CHECK_STEPS[step];
  return checks.find((check) => check === CHECK_OF_FIELD[field]) ?? checks[0];
}

/** What a request that failed means: the settings are wrong (400), or nothing is known. */
function refusalIn(error: unknown): CheckOutcome {
  const { response } = (error ?? {}) as FailedRequest;
  const words = response?.data?.errors?.[0]?.message;
  return { kind: 'refused', state: response?.status === 400 ? 'wrong' : 'unknown', words };
}

/**
 * Checks what is in the form, part by part, and reports every outcome as it comes. Ends when all have been reported, or
 * without another word when the signal aborts.
 */
export async function checkConfiguration(
  app: HostApp,
  form: CheckedForm,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const open = new Set<CheckName>(Object.keys(CHECKS) as CheckName[]);
  const limit = new AbortController();
  const stop = () => limit.abort();
  signal.addEventListener('abort', stop);
  const timer = setTimeout(stop, TIMEOUT_MS);

  const tell: Report = (check, outcome) => {
    if (signal.aborted) return;
    if (outcome.kind === 'result' || outcome.kind === 'refused') open.delete(check);
    report(check, outcome);
  };
  const made = async (step: CheckStep): Promise<boolean> => {
    CHECK_STEPS[step].forEach((check) => tell(check, { kind: 'running' }));
    const results = await request(app, step, form, limit.signal);
    results.forEach((result) => tell(result.check, { kind: 'result', result }));
    return results.every(({ state }) => state === 'fine');
  };
  const make = async (step: CheckStep): Promise<boolean> => {
    try {
      return await made(step);
    } catch (error) {
      if (!signal.aborted) tell(refusedCheck(error, step), refusalIn(error));
      return false;
    }
  };

  open.forEach((check) => tell(check, { kind: 'waiting' }));
  await Promise.all([
    make('origin'),
    make('credentials').then((good) => (good && !limit.signal.aborted ? make('app') : false)),
  ]);
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  if (signal.aborted) return;
  for (const check of [...open]) tell(check, notMade(check, form));
}

async function request(app: HostApp, step: CheckStep, form: CheckedForm, signal: AbortSignal): Promise<CheckResult[]> {
  const answer = await app.apiClient.request({
    method: 'post',
    url: `${RESOURCE}:check`,
    data: { step, ...form },
    signal,
    skipNotify: true,
  });
  const { data } = answer.data as { data?: CheckResult[] };
  return (data ?? []).filter(({ check }) => check in CHECKS);
}

/**
 * Makes the homepage link the homepage of the app in WeCom.
 *
 * @param change what the administrator saw and agreed to
 * @returns why it did not work, in the words of the server; nothing when it did
 */
export async function setHomepage(
  app: HostApp,
  form: CheckedForm,
  change: { from: string; to: string },
): Promise<{ words?: string } | undefined> {
  try {
    await app.apiClient.request({
      method: 'post',
      url: `${RESOURCE}:setHomepage`,
      data: { ...form, ...change },
      skipNotify: true,
      timeout: TIMEOUT_MS,
    });
    return undefined;
  } catch (error) {
    const refusal = refusalIn(error);
    return { words: refusal.kind === 'refused' ? refusal.words : undefined };
  }
}
