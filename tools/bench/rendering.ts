import type { BrowserContext, Page } from 'playwright-core';

/**
 * Makes every page of a browser note when an element is first on screen.
 *
 * The script is text, because functions that the tools are loaded with refer to helpers that no page has.
 */
export async function rememberRendering(context: BrowserContext, selector: string): Promise<void> {
  const content = `
    new MutationObserver((_, observer) => {
      if (!document.querySelector(${JSON.stringify(selector)})) return;
      observer.disconnect();
      // The first frame after it.
      requestAnimationFrame(() => setTimeout(() => (globalThis.benchRenderedAt = Date.now())));
    }).observe(document, { subtree: true, childList: true });
  `;
  await context.addInitScript({ content });
}

/** Waits for what {@link rememberRendering} notes, across the documents that the page goes through. */
export async function renderedAt(page: Page): Promise<number> {
  const handle = await page.waitForFunction('globalThis.benchRenderedAt', undefined, { timeout: 60_000 });
  return (await handle.jsonValue()) as number;
}
