import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { allSent } from "../support/browsed-sentiloop.js";
import { launchBrowser, type TestBrowser } from "../support/browser.js";
import { graphql } from "../support/graphql.js";
import { TestOpenIdProvider } from "../support/openid-provider.js";
import { Sentiloop } from "../support/sentiloop.js";
import { TestSignInService } from "../support/sign-in-service.js";

/** People sign in with an OpenID provider, in a real browser; provider, page and api are at three origins. */

const data = Sentiloop.emptyFolder();
let provider: TestOpenIdProvider;
let service: TestSignInService;
let sentiloop: Sentiloop & { address: string };
let chromium: TestBrowser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  provider = await TestOpenIdProvider.start();
  service = await TestSignInService.start(provider);
  const env = {
    SENTILOOP_OIDC_ISSUER: provider.issuer,
    SENTILOOP_OIDC_AUDIENCE: "sentiloop",
    SENTILOOP_OIDC_USER_SCOPES: "predict,feedback,export",
  };
  [sentiloop, chromium] = await Promise.all([Sentiloop.start({ data, env }), launchBrowser()]);
});
afterAll(async () => {
  await chromium?.close();
  await sentiloop?.kill("SIGKILL");
  await Promise.all([service.stop(), provider.stop()]);
  rmSync(data, { recursive: true, force: true });
});
beforeEach(async () => {
  Object.assign(service, { claims: {}, idClaims: {}, lifetime: 3600, away: false, refusesRenewal: false });
  await context?.close();
  context = await chromium.browser.newContext();
  page = await open("/");
});

async function open(path: string): Promise<Page> {
  const opened = await context.newPage();
  complaints = [];
  opened.on("pageerror", (error) => complaints.push(error.message));
  opened.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) complaints.push(message.text());
  });
  await opened.goto(sentiloop.address + path);
  return opened;
}

const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const link = (name: string): Locator => page.getByRole("link", { name, exact: true });
const signInButton = (): Locator => button("Sign in").first();

async function signIn({ remember = false } = {}): Promise<void> {
  if (remember) await page.getByRole("checkbox").check();
  await signInButton().click();
  await link("I am Ada").click();
  await button("Sign out").waitFor();
}

async function predict(text: string): Promise<void> {
  await page.getByLabel("Sentence").fill(text);
  await button("Submit").click();
  await page.locator("#answer").getByText(text).waitFor();
}

async function approve(): Promise<void> {
  await button("Approve").click();
  await page.getByText(/Saved/).first().waitFor();
}

/** Who decided on the newest prediction, as the server recorded it. */
async function actorsOfNewest(): Promise<unknown> {
  const query = "{ predictions(first: 1) { edges { node { history { actor } } } } }";
  const { data } = await graphql(sentiloop.address, query, {}, service.given.at(-1));
  return data.predictions.edges[0].node.history;
}

/** The access token that the next request of the page carries. */
async function carried(act: () => Promise<void>): Promise<string | undefined> {
  const [request] = await Promise.all([page.waitForRequest("**/graphql"), act()]);
  return request.headers().authorization?.replace("Bearer ", "");
}

test("somebody signs in, judges under that name, and is back where the sign-in began", async () => {
  page = await open("/predictions?status=APPROVED");
  await signIn();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/predictions?status=APPROVED");
  await page.goto(sentiloop.address);
  await predict("I passed.");
  await approve();
  expect(await button("Sign in").count()).toBe(0);
  expect(await actorsOfNewest()).toEqual([{ actor: "user:ada" }]);
  expect(complaints).toEqual([]);
});

test("what was typed before is still there after it", async () => {
  await page.getByLabel("Sentence").fill("Half a sentence");
  await signIn();
  expect(await page.getByLabel("Sentence").inputValue()).toBe("Half a sentence");
});

describe("a sign-in", () => {
  test("ends with the tab, unless it is to stay", async () => {
    await signIn();
    page = await open("/");
    await signInButton().waitFor();
    await signIn({ remember: true });
    page = await open("/");
    await button("Sign out").waitFor();
  });

  test("that the person declines says so, and can be tried again", async () => {
    await signInButton().click();
    await link("Cancel").click();
    await page.getByText(/said no/).waitFor();
    await signIn();
  });

  test("while the provider is away says so", async () => {
    service.away = true;
    await signInButton().click();
    await link("I am Ada").click();
    await page.getByText(/cannot be reached/).waitFor();
    service.away = false;
    await signIn();
  });

  test("on a device with a wrong clock says so", async () => {
    service.idClaims = { exp: Math.floor(Date.now() / 1000) - 3600 };
    await signInButton().click();
    await link("I am Ada").click();
    await page.getByText(/clock of this device is wrong/).waitFor();
  });

  test("that the server does not accept says so", async () => {
    service.claims = { aud: "somebody else" };
    await signInButton().click();
    await link("I am Ada").click();
    await page.getByText(/did not accept your sign-in/).waitFor();
  });

  test.each([
    ["another state", (answer: URL) => answer.searchParams.set("state", "made-up")],
    ["a code that was not given", (answer: URL) => answer.searchParams.set("code", "made-up")],
  ])("with %s is none", async (_, forge) => {
    await signInButton().click();
    const back = new URL((await link("I am Ada").getAttribute("href")) ?? "");
    forge(back);
    await page.goto(back.href);
    await page.getByText(/Signing in failed|has ended/).waitFor();
    expect(await button("Sign out").count()).toBe(0);
    expect(page.url()).toBe(`${sentiloop.address}/`);
  });

  test("that nobody began here is none", async () => {
    const given = service.given.length;
    await page.goto(`${sentiloop.address}/?code=stolen&state=stolen`);
    await signInButton().waitFor();
    expect(service.given.length).toBe(given);
  });
});

/** In seconds: what the server lets clocks be apart, and how long a sign-in and a prediction may take on a busy machine. */
const CLOCK_TOLERANCE = 5;
const ENOUGH = 8;

/** Lets the provider give tokens that the server refuses soon. @returns waits for that */
function refusedSoon(): () => Promise<void> {
  const exp = Math.floor(Date.now() / 1000) + ENOUGH - CLOCK_TOLERANCE;
  service.claims = { exp };
  return () => page.waitForTimeout(Math.max(0, (exp + CLOCK_TOLERANCE + 1) * 1000 - Date.now()));
}

describe("a token", () => {
  test("that is about to expire is renewed before the next request", async () => {
    service.lifetime = 12;
    await signIn();
    service.lifetime = 3600;
    const before = service.given.length;
    // Half of so short a life.
    await page.waitForTimeout(6100);
    await predict("Still me.");
    expect(service.given.length).toBe(before + 1);
    expect(await carried(approve)).toBe(service.given.at(-1));
  });

  test("that the server refuses is renewed, once for all requests, and nobody notices", async () => {
    const refused = refusedSoon();
    await signIn();
    await predict("Before it expired.");
    service.claims = {};
    const before = service.given.length;
    await refused();
    page = await reload();
    await page.getByRole("link", { name: /Before it expired/ }).waitFor();
    expect(service.given.length).toBe(before + 1);
    expect(await button("Sign in").count()).toBe(0);
  });

  test("that cannot be renewed any more: the decision waits, and is recorded after the next sign-in", async () => {
    const refused = refusedSoon();
    await signIn();
    await predict("Judged too late.");
    Object.assign(service, { claims: {}, refusesRenewal: true });
    await refused();
    await button("Approve").click();
    await page.getByText(/sign-in has ended/).waitFor();
    await signIn();
    await page.getByRole("link", { name: /Judged too late/ }).click();
    await page
      .getByText(/Saved|Approved/)
      .first()
      .waitFor();
    await allSent(page);
  });

  test("is renewed by one tab for all", async () => {
    service.lifetime = 2;
    await signIn({ remember: true });
    service.lifetime = 3600;
    const first = page;
    page = await open("/review");
    const second = page;
    await first.waitForTimeout(1100);
    const before = service.given.length;
    await Promise.all([first.reload(), second.reload()]);
    for (const each of [first, second]) await each.getByRole("button", { name: "Sign out" }).waitFor();
    await first.waitForLoadState("networkidle");
    expect(service.given.length).toBeLessThanOrEqual(before + 1);
    expect(await first.getByRole("button", { name: "Sign in" }).count()).toBe(0);
    expect(await second.getByRole("button", { name: "Sign in" }).count()).toBe(0);
  });

  async function reload(): Promise<Page> {
    await page.reload();
    return page;
  }
});

test("whoever signs out is forgotten, here and by the provider, and what the page knew is gone", async () => {
  await signIn({ remember: true });
  await predict("A secret of mine.");
  const revoked = service.revoked.length;
  await button("Sign out").click();
  await signInButton().waitFor();
  expect(service.revoked.length).toBe(revoked + 1);
  expect(await page.locator("body").innerText()).not.toContain("A secret of mine.");
  expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])).not.toContain(
    "sentiloop.session",
  );
});

test("what somebody left unsent waits for that person, and is not recorded under the name of who signs in next", async () => {
  await signIn();
  await predict("Mine to judge.");
  await page.route("**/graphql", (route) =>
    route.request().postData()?.includes("mutation Approve") ? route.abort() : route.continue(),
  );
  await button("Approve").click();
  await page
    .getByText(/Kept in this browser/)
    .first()
    .waitFor();
  await button("Sign out").click();
  await signInButton().waitFor();
  await page.unroute("**/graphql");
  Object.assign(service, { claims: { sub: "ben" }, idClaims: { sub: "ben" } });
  await signIn();
  await page.getByText("1 decision that was made under another sign-in waits in this browser.").waitFor();
  await page.getByRole("link", { name: /Mine to judge.*Pending/ }).waitFor();
  await button("Sign in as that person").click();
  await signInButton().waitFor();
  Object.assign(service, { claims: {}, idClaims: {} });
  await signIn();
  await page.getByRole("link", { name: /Mine to judge.*Approved/ }).waitFor();
  await allSent(page);
  expect(await actorsOfNewest()).toEqual([{ actor: "user:ada" }]);
});

test("the page may ask its own origin and the provider's two, and nobody else", async () => {
  const { headers } = await fetch(sentiloop.address);
  const connect = /connect-src ([^;]*)/.exec(headers.get("content-security-policy") ?? "")?.[1];
  expect(connect).toBe(`'self' ${new URL(provider.issuer).origin} ${service.origin}`);
});

test("an API key is taken beside it", async () => {
  await page.getByText("Use an API key instead").click();
  await page.getByLabel("API key").fill("sentiloop_wrong");
  await button("Sign in with the key").click();
  await page.getByText(/did not accept/).waitFor();
});
