import { readdirSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import { pageRouter } from "../../infra/src/page-router.js";

/** Where the function sends a request of CloudFront. */
function routed(uri: string, files: readonly string[]): string {
  const event = { request: { uri } };
  return runInNewContext(`${pageRouter(files)};handler(event).uri`, { event });
}

const FILES = ["assets", "explorer.html", "favicon.svg", "index.html", "review.html"];

test.each([
  ["/", "/index.html"],
  ["/review", "/review.html"],
  ["/review/", "/review.html"],
  ["/explorer.html", "/explorer.html"],
  ["/assets/index-1234.js", "/assets/index-1234.js"],
  ["/favicon.svg", "/favicon.svg"],
  ["/nowhere", "/index.html"],
  ["/nowhere/at/all", "/index.html"],
  ["/constructor", "/index.html"],
])("a request for %s gets %s", (uri, file) => {
  expect(routed(uri, FILES)).toBe(file);
});

test("each page of the built web client gets its own file", () => {
  const built = readdirSync("webapp/dist");
  const html = built.filter((file) => file.endsWith(".html"));
  expect(html).toEqual(expect.arrayContaining(["index.html", "explorer.html", "review.html", "models.html"]));
  for (const file of html) expect(routed(`/${file.slice(0, -".html".length)}`, built)).toBe(`/${file}`);
});
