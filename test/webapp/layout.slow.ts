import { describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { barriersInForcedColors } from "../support/barriers.js";
import { useBuiltPages } from "./built-pages.js";
import { layoutFaults } from "./layout-faults.js";
import { answerAllPages, PAGE_STATES } from "./page-states.js";

/** Every page in every state fits every window, in both themes, enlarged, and in colours that the system dictates. */

const HEIGHT = 900;

const pages = useBuiltPages(answerAllPages);

describe.each(PAGE_STATES)("$name", ({ path, prepare, reach }) => {
  async function open(): Promise<Page> {
    prepare?.(pages.server);
    const page = await pages.open(path);
    await reach(page);
    return page;
  }

  test.each(["light", "dark"] as const)("fits windows of 360, 768, 1280 and 2560 pixels in %s", async (colorScheme) => {
    const page = await open();
    await page.emulateMedia({ colorScheme });
    for (const width of [360, 768, 1280, 2560]) {
      await page.setViewportSize({ width, height: HEIGHT });
      expect([width, ...(await layoutFaults(page))]).toEqual([width]);
    }
  });

  test("fits when it is enlarged to 200 %, whole or only its letters", async () => {
    const page = await open();
    await page.setViewportSize({ width: 1280 / 2, height: HEIGHT / 2 });
    expect(await layoutFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: HEIGHT });
    await page.addStyleTag({ content: ":root { font-size: 200% !important }" });
    expect(await layoutFaults(page)).toEqual([]);
  });

  test("keeps nobody out in colours that the system dictates", async () => {
    const page = await open();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ forcedColors: "active", colorScheme });
      expect(await barriersInForcedColors(page)).toEqual([]);
      expect(await layoutFaults(page)).toEqual([]);
    }
  });
});
