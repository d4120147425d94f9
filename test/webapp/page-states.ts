import { GraphQLError } from "graphql";
import type { Page } from "playwright-core";
import { DATASET_STATES } from "./dataset-states.js";
import { listPredictions, storeJudged, summarizeFeedback } from "./listing.js";
import { modelVersion, serveModels } from "./model-versions.js";
import type { PageState } from "./page-state.js";
import type { Answer, PredictionServer } from "./prediction-server.js";

const LONG = `I told my sister that I would come and then ${"kept putting it off, ".repeat(9)}and now it is too late.`;
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const sees = (text: string | RegExp) => (page: Page) => page.getByText(text).first().waitFor();

const cut: Answer = async () => "cut";
const unknown: Answer = async () => ({
  errors: [new GraphQLError("Sign in.", { extensions: { code: "UNAUTHENTICATED" } })],
});

function filled(server: PredictionServer): void {
  storeJudged(server, 60);
  server.predictions.add(LONG);
  const doubtful = server.predictions.add("Sadness, or is it fear?");
  Object.assign(doubtful, { uncertain: true, uncertaintyReasons: ["LOW_CONFIDENCE"], confidence: 0.31 });
  serveModels(server, [
    modelVersion(1, 0.6453, { serving: true, version: "test" }),
    modelVersion(2, 0.7204),
    modelVersion(3, 0.661),
  ]);
}

async function predict(page: Page, text: string): Promise<void> {
  await page.getByLabel("Sentence").fill(text);
  await button(page, "Submit").click();
  // The last part of an answer.
  await page.getByText(/^Model /).waitFor();
}

/** Leaves two decisions that somebody else took in this browser, and opens the page again. @param keyId of that person */
export async function leaveWork(page: Page, keyId: string): Promise<void> {
  await page.evaluate((owner) => {
    const entry = {
      tab: "",
      owner,
      text: "sentence",
      predicted: "JOY",
      decision: { action: "APPROVE" },
      result: { status: "APPROVED", verifiedEmotion: "JOY" },
      expectedVersion: 0,
      problem: null,
    };
    for (const [index, predictionId] of ["01TEST0000", "01TEST0003"].entries()) {
      const id = `00000000${index}`;
      localStorage.setItem(`sentiloop.outbox.${id}`, JSON.stringify({ ...entry, id, predictionId }));
    }
  }, `key:${keyId}`);
  await page.reload();
  await page.getByRole("region", { name: "Decisions of somebody else" }).waitFor();
}

/** Each page, empty, filled and failing, and what opens on it. */
export const PAGE_STATES: readonly PageState[] = [
  { name: "Predict, empty", path: "/", reach: sees("Nothing here yet") },
  { name: "Predict, answered", path: "/", prepare: filled, reach: (page) => predict(page, LONG) },
  {
    name: "Predict, judged",
    path: "/",
    prepare: filled,
    reach: async (page) => {
      await predict(page, "What a joy.");
      await button(page, "Fear").click();
      await sees(/Saved/)(page);
    },
  },
  {
    name: "Predict, failed",
    path: "/",
    prepare: (server) => {
      server.answer = cut;
    },
    reach: async (page) => {
      await page.getByLabel("Sentence").fill("Nobody hears me.");
      await button(page, "Submit").click();
      await page.locator("form").getByRole("alert").waitFor();
    },
  },
  {
    name: "Predict, signed out, OpenID",
    path: "/",
    prepare: (server) => {
      server.answer = unknown;
      server.signIn = { authentication: "openid", openId: { issuer: "https://id.example", clientId: "page" } };
    },
    reach: (page) => page.getByText("Use an API key instead").click(),
  },
  {
    name: "Review, signed out, key",
    path: "/review",
    prepare: (server) => {
      server.answer = unknown;
    },
    reach: (page) => page.getByLabel("API key").waitFor(),
  },
  {
    name: "Predict, keys",
    path: "/",
    reach: async (page) => {
      await sees("Nothing here yet")(page);
      await page.keyboard.press("Escape");
      await page.locator("body").press("?");
      await page.locator("dialog[open]").waitFor();
    },
  },
  {
    name: "Predict, another page lost",
    path: "/",
    reach: async (page) => {
      await page.route("**/ModelsPage-*.js", (route) => route.abort());
      await page.reload();
      await page.getByRole("link", { name: "Models" }).click();
      await sees("That page could not be loaded.")(page);
    },
  },
  {
    name: "Predict, conflict",
    path: "/",
    prepare: (server) => {
      filled(server);
      server.answer = async ({ operationName, variables }, execute) => {
        const { predictionId } = variables as { predictionId: string };
        if (operationName === "Approve")
          server.predictions.revise({ predictionId, expectedVersion: 0, emotion: "GUILT" });
        return execute();
      };
    },
    reach: async (page) => {
      await predict(page, LONG);
      await button(page, "Approve").click();
      await button(page, "Keep theirs").waitFor();
    },
  },
  {
    name: "Review, with somebody else's decisions",
    path: "/review",
    prepare: filled,
    reach: async (page) => {
      await leaveWork(page, "a".repeat(16));
      await button(page, "Discard them").click();
      await page.getByRole("alertdialog").waitFor();
    },
  },
  { name: "Review, a card", path: "/review", prepare: filled, reach: (page) => button(page, "Skip").waitFor() },
  { name: "Review, nothing", path: "/review", reach: sees("Nothing to review") },
  {
    name: "Review, failed",
    path: "/review",
    prepare: (server) => {
      server.answer = cut;
    },
    reach: sees("The sentences could not be loaded."),
  },
  { name: "Predictions, empty", path: "/predictions", reach: sees("There are no predictions yet") },
  { name: "Predictions, filled", path: "/predictions", prepare: filled, reach: sees("62 predictions") },
  {
    name: "Predictions, none match",
    path: "/predictions?model=another",
    prepare: filled,
    reach: sees("No prediction matches these filters"),
  },
  {
    name: "Predictions, drawer",
    path: "/predictions?id=01TEST0004",
    prepare: filled,
    reach: async (page) => {
      await page.getByRole("dialog").getByText("Details").waitFor();
      await sees("62 predictions")(page);
    },
  },
  {
    name: "Predictions, failed",
    path: "/predictions",
    prepare: (server) => {
      server.answer = cut;
    },
    reach: sees("The predictions could not be loaded."),
  },
  { name: "Insights, empty", path: "/insights", reach: sees("Nobody has judged a prediction yet") },
  {
    name: "Insights, filled",
    path: "/insights",
    prepare: filled,
    reach: async (page) => {
      await page.getByRole("heading", { name: "Reliability" }).waitFor();
      await page.getByText("As a table").first().click();
      await page.getByText("As a table").last().click();
    },
  },
  {
    name: "Insights, failed",
    path: "/insights",
    prepare: (server) => {
      server.answer = cut;
    },
    reach: sees("The figures could not be loaded."),
  },
  ...DATASET_STATES,
  { name: "Models, filled", path: "/models", prepare: filled, reach: sees("may be chance") },
  {
    name: "Models, question",
    path: "/models",
    prepare: filled,
    reach: async (page) => {
      await button(page, "Let it serve: 20260102-abc2").click();
      await page.getByRole("alertdialog").waitFor();
    },
  },
  {
    name: "Models, failed",
    path: "/models",
    prepare: (server) => {
      server.answer = cut;
    },
    reach: sees("The model versions could not be loaded."),
  },
];

/** Lets a server answer all that the pages ask. */
export function answerAllPages(server: PredictionServer): void {
  listPredictions(server);
  summarizeFeedback(server);
  serveModels(server, [modelVersion(1, 0.6453, { serving: true, version: "test" })]);
}
