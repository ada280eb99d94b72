import { AUTH_TYPE } from '../shared/constants';
import type { Arrival } from './arrival';
import { publicAuthenticators, startOnLoad, watchSignOut } from './automatic';
import { failureIn, goToFailure, type ShownFailure } from './failure';
import type { Lane } from './lane';
import { finishVisit } from './return';
import { askedPage } from './target';

/**
 * What this plugin does when a page is opened, before the first render. It waits as long as the browser is about to leave.
 *
 * @param announce shows a failure when the sign-in page has no button above which it could stand
 */
export async function visit(
  lane: Lane,
  arrival: Arrival | undefined,
  announce: (failure: ShownFailure) => Promise<void>,
): Promise<void> {
  watchSignOut(lane);
  if (!arrival) {
    return startOnLoad(lane);
  }
  const { authenticator, state, code } = arrival;
  if (authenticator && state) {
    const redirect = askedPage(lane);
    const failed = await finishVisit(lane, authenticator, { code, state });
    if (!failed) return;
    goToFailure(lane, failed, redirect);
  }
  const failure = failureIn(lane.browser.location.search);
  if (failure && !(await hasButton(lane, failure.authenticator))) {
    await announce(failure);
  }
}

async function hasButton(lane: Lane, authenticator: string | undefined): Promise<boolean> {
  const authenticators = await publicAuthenticators(lane);
  return authenticators.some(({ name, authType }) => name === authenticator && authType === AUTH_TYPE);
}
