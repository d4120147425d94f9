import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type { PredictionServer } from "./prediction-server.js";

/** Nothing listens there: the tests themselves answer. Browsers trust only this machine without TLS. */
export const ORIGIN = "http://localhost";
const BUILT = join(import.meta.dirname, "../../webapp/dist");

/** Opens the built page in a browser, as any server of files would give it, with a GraphQL server of a test's own. */
export async function openBuiltPage(context: BrowserContext, server: PredictionServer, path = "/"): Promise<Page> {
  await context.unrouteAll();
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname !== "/graphql") return route.fulfill({ path: join(BUILT, fileOf(pathname)) });
    const response = await route.fetch({ url: server.uri }).catch(() => null);
    return response ? route.fulfill({ response }) : route.abort();
  });
  const page = await context.newPage();
  await page.goto(ORIGIN + path);
  return page;
}

function fileOf(pathname: string): string {
  if (pathname === "/") return "index.html";
  return pathname.includes(".") ? pathname : `${pathname}.html`;
}
