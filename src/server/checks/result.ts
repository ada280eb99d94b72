import { CHECKS, type CheckName, type CheckResult, type Finding, type FindingOf } from '../../shared/checks';

/** Longest text out of an answer that is shown; what answers at an address that was typed in may be anything. */
const MAX_SHOWN = 200;

/** The result of a check that found something. */
export function found<Name extends CheckName>(
  check: Name,
  finding: FindingOf<Name>,
  more: Omit<CheckResult, 'check' | 'finding' | 'state'> = {},
): CheckResult {
  const { state } = (CHECKS[check].findings as Record<string, Finding>)[finding];
  return { check, finding, state, ...more };
}

/** A text out of an answer, as far as it is shown. */
export function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
