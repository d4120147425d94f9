import axe, { type AxeResults, type RunOptions } from "axe-core";
import type { Page } from "playwright-core";

/** What axe-core finds wrong on a page that keeps people out: rule, and the elements that break it. */
export function barriers(page: Page): Promise<string[]> {
  return violationsOf(page, {});
}

/** As `barriers`, where the system dictates the colours: computed styles go on telling the page's own. */
export function barriersInForcedColors(page: Page): Promise<string[]> {
  return violationsOf(page, { rules: { "color-contrast": { enabled: false } } });
}

async function violationsOf(page: Page, options: RunOptions): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((wanted) => {
    const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    return axe.run(wanted);
  }, options);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}
