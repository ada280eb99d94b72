import type { Lane } from './lane';

/** A navigation that has not happened after this time is not going to: show the page instead of waiting on. */
const PATIENCE_MS = 15_000;

/**
 * Leaves for another page. The promise keeps the application in its loading state meanwhile, so that nothing flashes by.
 * Back must not lead to a page that waits for ever: one that comes out of the browser's page cache loads anew.
 */
export function leaveFor({ browser }: Lane, url: string): Promise<void> {
  return new Promise((resolve) => {
    browser.addEventListener('pageshow', (event) => {
      if (event.persisted) browser.location.reload();
    });
    browser.setTimeout(resolve, PATIENCE_MS);
    browser.location.replace(url);
  });
}
