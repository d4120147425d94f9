import { describe, expect, test } from "@jest/globals";
import { GraphQLError } from "graphql";
import type { Locator, Page } from "playwright-core";
import { useBuiltPages } from "./built-pages.js";
import { modelVersion, serveModels } from "./model-versions.js";

/** The model versions in a real browser. */

const STARTER = "20260101-abc1";
const BETTER = "20260102-abc2";

const pages = useBuiltPages();
let page: Page;

async function open(path = "/models"): Promise<void> {
  page = await pages.open(path);
}

function serveTwo() {
  return serveModels(pages.server, [modelVersion(1, 0.6453, { serving: true }), modelVersion(2, 0.7204)]);
}

const card = (version: string): Locator => page.getByRole("article", { name: version });
const question = (): Locator => page.getByRole("alertdialog");
const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const sent = (name: string) => pages.server.sent.filter(({ operationName }) => operationName === name).length;

describe("the model versions", () => {
  test("stand newest first, with how far their figures may be off and what differs from the serving one", async () => {
    serveTwo();
    await open();
    await card(BETTER).waitFor();
    const names = await page.getByRole("article").getByRole("heading").allInnerTexts();
    expect(names).toEqual([BETTER, STARTER]);
    expect(await card(STARTER).innerText()).toMatch(/Serves now[\s\S]*64\.5%\s*± 1\.8/);
    expect(await card(BETTER).innerText()).toMatch(/72\.0%\s*± 1\.7\s*\+7\.5 points\n/);
  });

  test("say of a difference that chance explains that it may be chance", async () => {
    serveModels(pages.server, [modelVersion(1, 0.6453, { serving: true }), modelVersion(2, 0.66)]);
    await open();
    await card(BETTER).getByText("+1.5 points, may be chance").waitFor();
  });

  test("show what they take for what, where that is known", async () => {
    const unknown = modelVersion(2, 0.7204);
    serveModels(pages.server, [
      modelVersion(1, 0.6453, { serving: true }),
      { ...unknown, metrics: { ...unknown.metrics, confusion: null } },
    ]);
    await open();
    await card(STARTER).getByText("What it takes for what, on 719 test rows").click();
    const table = page.getByRole("region", { name: `What ${STARTER} takes for what` }).getByRole("table");
    expect(await table.getByRole("row", { name: /^Joy/ }).innerText()).toMatch(
      /^Joy\s+0\s+0\s+0\s+4\s+91\s+0\s+0\s+95$/,
    );
    expect(await card(BETTER).getByText("What it takes for what").count()).toBe(0);
  });

  test("that are only one say how the next comes", async () => {
    serveModels(pages.server, [modelVersion(1, 0.6453, { serving: true })]);
    await open();
    await page.getByText("npm run train -- --data dataset.csv --from serving").waitFor();
  });

  test("say why they could not be loaded, and load when asked again", async () => {
    serveTwo();
    pages.server.answer = async () => "cut";
    await open();
    await page.getByRole("alert").filter({ hasText: "The model versions could not be loaded." }).waitFor();
    pages.server.answer = (_operation, execute) => execute();
    await card(BETTER).waitFor();
  });
});

describe("promoting", () => {
  test("happens after a confirmation only, and can be taken back", async () => {
    serveTwo();
    await open();
    await button(`Let it serve: ${BETTER}`).click();
    await question().getByText(`Let ${BETTER} serve?`).waitFor();
    expect(
      await question()
        .getByRole("button", { name: "Cancel" })
        .evaluate((el) => el === document.activeElement),
    ).toBe(true);
    await question().getByRole("button", { name: "Cancel" }).click();
    await question().waitFor({ state: "detached" });
    expect(sent("PromoteModel")).toBe(0);
    await button(`Let it serve: ${BETTER}`).click();
    await question().getByRole("button", { name: "Let it serve" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: `${BETTER} serves now.` })
      .waitFor();
    await page.reload();
    await button(`Roll back to ${STARTER}`).click();
    await question().getByRole("button", { name: "Let it serve" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: `${STARTER} serves now.` })
      .waitFor();
    expect(sent("PromoteModel")).toBe(2);
  });

  test("that is refused says why, and nothing has changed", async () => {
    serveTwo();
    pages.server.resolvers = {
      ...pages.server.resolvers,
      promoteModel: () => {
        throw new GraphQLError("It is worse on the test set.", { extensions: { code: "BAD_USER_INPUT" } });
      },
    };
    await open();
    await button(`Let it serve: ${BETTER}`).click();
    await question().getByRole("button", { name: "Let it serve" }).click();
    await question().getByRole("alert").filter({ hasText: "It is worse on the test set." }).waitFor();
    await question().getByRole("button", { name: "Cancel" }).click();
    await card(STARTER).getByText("Serves now").waitFor();
  });

  test("by another program is seen without a reload", async () => {
    const versions = serveTwo();
    await open();
    await card(STARTER).getByText("Serves now").waitFor();
    versions.promote(BETTER);
    await card(BETTER).getByText("Serves now").waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: `${BETTER} serves now.` })
      .waitFor();
  });
});
