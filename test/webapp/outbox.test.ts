import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Prediction } from "../../webapp/src/prediction.js";
import { signIn, signInAsked } from "../../webapp/src/session.js";
import { held } from "./held.js";
import {
  asBefore,
  emptied,
  known as knownTo,
  type OutboxTabs,
  refuse,
  type Tab,
  useOutboxTabs,
} from "./outbox-tabs.js";
import { until } from "./page.js";
import type { PredictionServer } from "./prediction-server.js";

const tabs = useOutboxTabs();
let server: PredictionServer;
let storage: OutboxTabs["storage"];
beforeEach(() => {
  ({ server, storage } = tabs());
});

const openTab = (own: string) => tabs().open(own);
const close = (tab: string, page: Tab) => tabs().close(tab, page);
const known = (page: Tab, text: string) => knownTo(server, page, text);
const recorded = ({ id }: Prediction) => server.predictions.find(id);
const decisions = () => server.sent.filter(({ operationName }) => operationName !== "Prediction");

describe("the outbox", () => {
  test("keeps a decision until the server has acknowledged it", async () => {
    const page = openTab("a");
    const prediction = await known(page, "joy");
    const gate = held();
    server.answer = gate.answer;
    page.outbox.add(prediction, { action: "APPROVE" });
    expect(storage.list()).toMatchObject([{ predictionId: prediction.id, decision: { action: "APPROVE" } }]);
    gate.open();
    await emptied(page);
    expect(storage.list()).toEqual([]);
    expect(recorded(prediction).status).toBe("APPROVED");
  });

  test("sends again what was not heard, and what was heard is recorded once", async () => {
    const page = openTab("a");
    const prediction = await known(page, "joy");
    let lost = 2;
    server.answer = async (_operation, execute) => {
      const result = await execute();
      lost -= 1;
      return lost >= 0 ? "cut" : result;
    };
    page.outbox.add(prediction, { action: "APPROVE" });
    await until(() => page.outbox.obstacle.value?.code === "NETWORK");
    page.outbox.sendNow();
    await emptied(page);
    expect(page.outbox.obstacle.value).toBeNull();
    expect(recorded(prediction)).toMatchObject({ status: "APPROVED", version: 1 });
  });

  test("waits as long as a server asks for that is overloaded", async () => {
    const page = openTab("a");
    const prediction = await known(page, "joy");
    const extensions = { code: "RATE_LIMITED", retryAfterSeconds: 0.3 };
    server.answer = async () => ({ errors: [{ message: "Slowly.", extensions }] }) as never;
    page.outbox.add(prediction, { action: "APPROVE" });
    await until(() => page.outbox.obstacle.value?.code === "RATE_LIMITED");
    server.answer = asBefore;
    await emptied(page);
    expect(decisions()).toHaveLength(2);
  });

  test("loses none of 200 decisions that are typed faster than they can be sent", async () => {
    const page = openTab("a");
    const predictions = await Promise.all(Array.from({ length: 200 }, (_, index) => known(page, `joy ${index}`)));
    for (const prediction of predictions) page.outbox.add(prediction, { action: "REVISE", emotion: "GUILT" });
    expect(storage.list()).toHaveLength(200);
    await emptied(page);
    expect(predictions.map((each) => recorded(each).verifiedEmotion)).toEqual(predictions.map(() => "GUILT"));
    expect(decisions()).toHaveLength(200);
  });

  test("sends the decisions on one prediction in their order", async () => {
    const page = openTab("a");
    const prediction = await known(page, "joy");
    for (const emotion of ["FEAR", "GUILT", "SHAME"] as const)
      page.outbox.add(prediction, { action: "REVISE", emotion });
    page.outbox.add(prediction, { action: "UNDO" });
    await emptied(page);
    expect(recorded(prediction)).toMatchObject({ verifiedEmotion: "GUILT", version: 4 });
  });

  test("goes on with later decisions from the version that the server names", async () => {
    const page = openTab("a");
    const prediction = await known(page, "joy");
    // Somebody else has come to the same, by a detour: the first decision is no event then.
    server.predictions.revise({ predictionId: prediction.id, expectedVersion: 0, emotion: "FEAR" });
    server.predictions.revise({ predictionId: prediction.id, expectedVersion: 1, emotion: "GUILT" });
    page.outbox.add(prediction, { action: "REVISE", emotion: "GUILT" });
    page.outbox.add(prediction, { action: "REVISE", emotion: "SHAME" });
    await emptied(page);
    expect(recorded(prediction)).toMatchObject({ verifiedEmotion: "SHAME", version: 3 });
    expect(page.outbox.problems.value).toEqual([]);
  });
});

describe("a decision that came second", () => {
  async function conflict() {
    const page = openTab("a");
    const prediction = await known(page, "joy");
    server.predictions.revise({ predictionId: prediction.id, expectedVersion: 0, emotion: "SADNESS" });
    page.outbox.add(prediction, { action: "REVISE", emotion: "FEAR" });
    await until(() => page.outbox.problems.value.length === 1);
    return { page, prediction };
  }

  test("is kept beside what holds now, and changes nothing", async () => {
    const { page, prediction } = await conflict();
    expect(page.outbox.problemOf(prediction.id)).toMatchObject({
      kind: "conflict",
      stored: { status: "REVISED", verifiedEmotion: "SADNESS", version: 1, actor: "somebody" },
    });
    expect(page.outbox.wishFor(prediction.id)).toMatchObject({ verifiedEmotion: "FEAR" });
    expect(recorded(prediction).verifiedEmotion).toBe("SADNESS");
  });

  test("is recorded on top when the person insists", async () => {
    const { page, prediction } = await conflict();
    page.outbox.insist(prediction.id);
    await emptied(page);
    expect(recorded(prediction)).toMatchObject({ verifiedEmotion: "FEAR", version: 2 });
    expect(page.outbox.problems.value).toEqual([]);
  });

  test("is forgotten when the person gives in", async () => {
    const { page, prediction } = await conflict();
    page.outbox.giveIn(prediction.id);
    expect(storage.list()).toEqual([]);
    expect(recorded(prediction).verifiedEmotion).toBe("SADNESS");
  });

  test("is settled by a new decision of the person, who sees what holds", async () => {
    const { page, prediction } = await conflict();
    const stored = await page.api.fetchPrediction(prediction.id);
    if (stored) page.outbox.add(stored, { action: "REVISE", emotion: "SHAME" });
    await emptied(page);
    expect(recorded(prediction)).toMatchObject({ verifiedEmotion: "SHAME", version: 2 });
  });

  test("does not hold up decisions on other predictions", async () => {
    const { page } = await conflict();
    const other = await known(page, "guilt");
    page.outbox.add(other, { action: "APPROVE" });
    await emptied(page);
    expect(recorded(other).status).toBe("APPROVED");
  });
});

test("a decision that the server refuses for good is shown to the person, who may drop it", async () => {
  const page = openTab("a");
  const prediction = await known(page, "joy");
  server.answer = refuse("FORBIDDEN");
  page.outbox.add(prediction, { action: "APPROVE" });
  await until(() => page.outbox.problems.value.length === 1);
  expect(page.outbox.problemOf(prediction.id)).toMatchObject({ kind: "refused", message: "No: FORBIDDEN" });
  page.outbox.giveIn(prediction.id);
  expect(storage.list()).toEqual([]);
});

test("a person who is not signed in is asked to, and the decision is sent then, with the key", async () => {
  const page = openTab("a");
  const prediction = await known(page, "joy");
  server.answer = (operation, execute) =>
    operation.authorization === "Bearer secret" ? execute() : refuse("UNAUTHENTICATED")();
  page.outbox.add(prediction, { action: "APPROVE" });
  await until(() => signInAsked.value);
  expect(storage.list()).toHaveLength(1);
  signIn({ kind: "key", apiKey: "secret" }, false);
  await emptied(page);
  expect(recorded(prediction).status).toBe("APPROVED");
});

describe("two tabs", () => {
  test("do not send each other's decisions while both live", async () => {
    const [a, b] = [openTab("a"), openTab("b")];
    const prediction = await known(a, "joy");
    server.answer = held().answer;
    a.outbox.add(prediction, { action: "APPROVE" });
    b.outbox.lookAround();
    expect(b.outbox.pending.value).toEqual([]);
  });

  test("hand over: what a closed tab did not get acknowledged the other one sends", async () => {
    const a = openTab("a");
    const prediction = await known(a, "joy");
    server.answer = async () => "cut";
    a.outbox.add(prediction, { action: "APPROVE" });
    await until(() => a.outbox.obstacle.value !== null);
    const b = openTab("b");
    server.answer = asBefore;
    close("a", a);
    await until(() => b.outbox.pending.value.length === 1 || storage.list().length === 0);
    await emptied(b);
    expect(storage.list()).toEqual([]);
    expect(recorded(prediction)).toMatchObject({ status: "APPROVED", version: 1 });
  });
});
