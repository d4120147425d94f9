import { expect, test } from "@jest/globals";
import { barriers } from "../support/barriers.js";
import { useBuiltPages } from "./built-pages.js";
import { answerAllPages, PAGE_STATES } from "./page-states.js";

/** Nothing keeps people out of any page, in whichever state and theme it is. */

const pages = useBuiltPages(answerAllPages);

test.each(PAGE_STATES)("$name", async ({ path, prepare, reach }) => {
  prepare?.(pages.server);
  const page = await pages.open(path);
  await reach(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
  }
});
