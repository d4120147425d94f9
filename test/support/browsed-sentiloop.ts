import { rmSync } from "node:fs";
import type { Page } from "playwright-core";
import { launchBrowser, type TestBrowser } from "./browser.js";
import { graphql, type Json } from "./graphql.js";
import { Sentiloop } from "./sentiloop.js";

const PREDICT_MANY = `mutation ($texts: [String!]!) {
  predictMany(texts: $texts) { prediction { id text emotion version status } error }
}`;

const LIST = `query ($after: String) { predictions(first: 100, after: $after) {
  edges { node { id text emotion status verifiedEmotion version history { action emotion } } }
  pageInfo { hasNextPage endCursor }
} }`;

/** A running Sentiloop and a Chromium to look at it with. */
export class BrowsedSentiloop {
  private constructor(
    readonly data: string,
    readonly sentiloop: Sentiloop & { address: string },
    readonly chromium: TestBrowser,
  ) {}

  /** @param data a data folder, which `stop` removes */
  static async start(data = Sentiloop.emptyFolder()): Promise<BrowsedSentiloop> {
    const [sentiloop, chromium] = await Promise.all([Sentiloop.start({ data }), launchBrowser()]);
    return new BrowsedSentiloop(data, sentiloop, chromium);
  }

  async stop(): Promise<void> {
    await this.chromium.close();
    await this.sentiloop.kill("SIGKILL");
    rmSync(this.data, { recursive: true, force: true });
  }

  get address(): string {
    return this.sentiloop.address;
  }

  /** What the API answers. @throws its first error */
  async ask(query: string, variables?: Record<string, unknown>): Promise<Json> {
    const { data, errors } = await graphql(this.address, query, variables);
    if (errors) throw new Error(errors[0]?.message);
    return data;
  }

  /** Stores predictions, at most 100, in their order. */
  async predict(texts: readonly string[]): Promise<Json[]> {
    const { predictMany } = await this.ask(PREDICT_MANY, { texts });
    return predictMany.map(({ prediction }: Json) => prediction);
  }

  /** Everything that is stored, newest first. */
  async stored(): Promise<Json[]> {
    const all: Json[] = [];
    for (let after: string | null = null; ; ) {
      const { predictions }: Json = await this.ask(LIST, { after });
      all.push(...predictions.edges.map(({ node }: Json) => node));
      if (!predictions.pageInfo.hasNextPage) return all;
      after = predictions.pageInfo.endCursor;
    }
  }
}

/** Waits until the server has acknowledged every decision that was taken in this browser. */
export async function allSent(page: Page): Promise<void> {
  await page.waitForFunction(() => Object.keys(localStorage).every((name) => !name.startsWith("sentiloop.outbox.")));
}

const WHO = ["My sister", "The neighbour", "A stranger", "Our teacher", "My best friend", "The driver", "Grandfather"];
const WHAT = [
  "forgot my birthday",
  "shouted at the dog",
  "came home safe",
  "stole the umbrella",
  "won a prize",
  "left without a word",
  "sang all night",
  "broke the window",
  "told everybody my secret",
  "lost the keys",
];

/** Sentences of which no two are alike, at most seventy. */
export function sentences(count: number): string[] {
  return WHAT.flatMap((what) => WHO.map((who) => `${who} ${what}.`)).slice(0, count);
}
