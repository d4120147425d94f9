import { join } from "node:path";
import type { BrowserContext, Page, Request } from "playwright-core";
import type { PredictionServer } from "./prediction-server.js";

/** Nothing listens there: the tests themselves answer. Browsers trust only this machine without TLS. */
export const ORIGIN = "http://localhost";
const BUILT = join(import.meta.dirname, "../../webapp/dist");

/** Opens the built page in a browser, as any server of files would give it, with a GraphQL server of a test's own. */
export async function openBuiltPage(context: BrowserContext, server: PredictionServer, path = "/"): Promise<Page> {
  await context.unrouteAll();
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/config.json") return route.fulfill({ json: server.signIn });
    if (pathname !== "/graphql") return route.fulfill({ path: join(BUILT, fileOf(pathname)) });
    const answer = await ask(server, route.request()).catch(() => null);
    const answered = answer === null ? route.abort() : route.fulfill({ contentType: "application/json", body: answer });
    // The page may have been left meanwhile.
    return answered.catch(() => {});
  });
  const page = await context.newPage();
  await page.goto(ORIGIN + path);
  return page;
}

async function ask({ uri }: PredictionServer, request: Request): Promise<string> {
  const { authorization } = request.headers();
  const headers = { "content-type": "application/json", ...(authorization && { authorization }) };
  return (await fetch(uri, { method: "POST", headers, body: request.postData() })).text();
}

function fileOf(pathname: string): string {
  if (pathname === "/") return "index.html";
  return pathname.includes(".") ? pathname : `${pathname}.html`;
}
