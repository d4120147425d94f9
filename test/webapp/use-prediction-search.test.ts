import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ref } from "vue";
import { useApi } from "../../webapp/src/api/useApi.js";
import { usePredictionSearch } from "../../webapp/src/composables/usePredictionSearch.js";
import { useRecentPredictions } from "../../webapp/src/composables/useRecentPredictions.js";
import { useToldPredictions } from "../../webapp/src/told-predictions.js";
import { openPage, until } from "./page.js";
import { type PredictionServer, startPredictionServer } from "./prediction-server.js";

/** What a search finds, and what else the page knows of the same predictions. */

let server: PredictionServer;
beforeEach(async () => {
  server = await startPredictionServer();
});
afterEach(() => server.close());

const search = () => ({ ...usePredictionSearch(ref(null)), told: useToldPredictions(), api: useApi() });

test("comes in pages, and asks only for what a row shows", async () => {
  for (let number = 0; number < 250; number += 1) server.predictions.add(`joy ${number}`);
  const page = openPage(server, search);
  await until(() => page.found.value.length === 100);
  await page.more();
  await page.more();
  expect(page.found.value.map(({ text }) => text)).toEqual(server.predictions.all.map(({ text }) => text));
  expect(page.next.value).toBeNull();
  expect(Object.keys(page.found.value[0] ?? {})).not.toContain("probabilities");
  page.leave();
});

test("a row follows what is decided about its prediction, and never back", async () => {
  const { id } = server.predictions.add("joy");
  const page = openPage(server, search);
  await until(() => page.found.value.length === 1);
  const [found] = page.found.value;
  if (!found) throw new Error("nothing was found");
  expect(page.told.newest(found)).toBe(found);
  await page.api.decide(id, { action: "APPROVE" }, 0);
  expect(page.told.newest(found)).toMatchObject({ status: "APPROVED", version: 1 });
  server.predictions.undo({ predictionId: id, expectedVersion: 1 });
  await page.restart();
  const [later] = page.found.value;
  expect(later && page.told.newest(later)).toMatchObject({ status: "PENDING", version: 2 });
  page.leave();
});

test("what another page knows of a prediction that was judged elsewhere is asked for anew", async () => {
  const { id } = server.predictions.add("joy");
  const page = openPage(server, useRecentPredictions);
  await until(() => page.predictions.value.length === 1);
  server.predictions.approve({ predictionId: id, expectedVersion: 0 });
  const app = openPage(server, () => ({ ...useRecentPredictions(), ...search() }));
  await until(() => app.found.value.length === 1 && app.predictions.value[0]?.status === "APPROVED");
  page.leave();
  app.leave();
});
