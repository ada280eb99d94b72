import type { Locator } from 'playwright-core';

/**
 * Waits until something that opened over the page stands still. While it grows, a button of it may have moved away between
 * pressing and releasing, and no click comes of that.
 */
export async function opened(overlay: Locator): Promise<void> {
  await overlay.and(overlay.page().locator(':not([class*="ant-zoom-"], [class*="ant-slide-"])')).waitFor();
}
