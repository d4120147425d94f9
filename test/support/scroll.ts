import type { Locator, Page } from "playwright-core";

/**
 * Presses End until something is seen, and fails after half a minute without it. A long list grows as its end comes near,
 * and Chromium drops a key that it hears while the page it scrolls is growing: once is not always enough.
 */
export async function scrollToEnd(page: Page, last: Locator): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await last.isVisible())) {
    if (Date.now() > deadline) throw new Error(`The End key did not lead to ${last}`);
    await page.keyboard.press("End");
    await page.waitForTimeout(50);
  }
}
