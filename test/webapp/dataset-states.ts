import type { Page } from "playwright-core";
import { predictTogether, serveExport } from "./dataset-answers.js";
import { held } from "./held.js";
import { storeJudged } from "./listing.js";
import type { PageState } from "./page-state.js";
import type { PredictionServer } from "./prediction-server.js";

const LONG_NAME = "answers-of-everybody-who-wrote-to-us-in-the-summer-of-2026-second-try.csv";
const CSV = `id,text\n1,I passed the exam.\n2,???\n${"3,My neighbour shouted at my dog and then told everybody.\n".repeat(200)}`;

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function chooseFile(page: Page, content: string): Promise<void> {
  const file = { name: LONG_NAME, mimeType: "text/csv", buffer: Buffer.from(content) };
  await page.getByLabel("Choose a file").setInputFiles(file);
}

async function startFile(page: Page): Promise<void> {
  await chooseFile(page, CSV);
  await button(page, "Predict 202 texts").click();
}

async function exportAll(page: Page): Promise<void> {
  await page.getByText(/14 predictions go into the file/).waitFor();
  await button(page, "Export CSV").click();
}

const judged = (server: PredictionServer) => storeJudged(server, 21);

/** Datasets: an export, and a file of texts, each on its way. */
export const DATASET_STATES: readonly PageState[] = [
  {
    name: "Datasets, empty",
    path: "/datasets",
    reach: (page) => page.getByText("Nobody has judged a prediction yet.").waitFor(),
  },
  {
    name: "Datasets, filtered",
    path: "/datasets?status=pending,revised&emotion=fear&from=2026-01-01",
    prepare: judged,
    reach: (page) => page.getByText(/^At most/).waitFor(),
  },
  {
    name: "Datasets, exporting",
    path: "/datasets",
    prepare: (server) => {
      judged(server);
      serveExport(server);
    },
    reach: async (page) => {
      await exportAll(page);
      await page.getByRole("progressbar").waitFor();
    },
  },
  {
    name: "Datasets, exported",
    path: "/datasets",
    prepare: (server) => {
      judged(server);
      serveExport(server).finish();
    },
    reach: async (page) => {
      await exportAll(page);
      await page.getByRole("link", { name: "Download CSV" }).waitFor();
    },
  },
  {
    name: "Datasets, file chosen",
    path: "/datasets",
    reach: async (page) => {
      await chooseFile(page, CSV);
      await button(page, "Predict 202 texts").waitFor();
    },
  },
  {
    name: "Datasets, no proper file",
    path: "/datasets",
    reach: async (page) => {
      await chooseFile(page, 'text\nfine\nsaid "no"\n');
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "Datasets, file predicted in part",
    path: "/datasets",
    prepare: (server) => {
      predictTogether(server);
      let parts = 0;
      const gate = held();
      server.answer = (operation, execute) => {
        parts += operation.operationName === "PredictMany" ? 1 : 0;
        return parts > 1 ? gate.answer(operation, execute) : execute();
      };
    },
    reach: async (page) => {
      await startFile(page);
      await page.getByText("1 without a prediction").first().waitFor();
      await button(page, "Pause").click();
      await page.getByText("Paused.").waitFor();
    },
  },
  {
    name: "Datasets, file predicted",
    path: "/datasets",
    prepare: predictTogether,
    reach: async (page) => {
      await startFile(page);
      await page.getByText("All done: 201 predictions").waitFor();
    },
  },
];
