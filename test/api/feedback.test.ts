import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ulid } from "ulid";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import { FeedbackService, MAX_HISTORY } from "../../api/src/feedback-service.js";
import type { Prediction } from "../../api/src/prediction.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { prediction } from "../support/predictions.js";

let database: TestDynamoDB;
let store: DynamoDBPredictionStore;
let service: FeedbackService;

beforeAll(async () => {
  database = await startDynamoDB();
  store = new DynamoDBPredictionStore(database.client, database.tables);
  service = new FeedbackService(store);
});
afterAll(async () => {
  await store.settle();
  await database.stop();
});

async function added(): Promise<{ predictionId: string; actor: string }> {
  const fresh = await store.add(prediction({ emotion: "joy" }));
  return { predictionId: fresh.id, actor: "me" };
}

async function stored(id: string): Promise<Prediction | undefined> {
  return store.find(id);
}

function actions(on: Prediction | undefined): string[] | undefined {
  return on?.history.map(({ action, emotion }) => `${action} ${emotion}`);
}

describe("approve and revise", () => {
  test("approve makes the predicted emotion the verified one", async () => {
    const on = await added();
    expect(await service.approve(on)).toMatchObject({
      status: "APPROVED",
      verifiedEmotion: "joy",
      version: 1,
      verifiedBy: "me",
    });
    expect(await stored(on.predictionId)).toMatchObject({ status: "APPROVED", verifiedEmotion: "joy", version: 1 });
  });

  test("revise makes another emotion the verified one", async () => {
    const on = await added();
    expect(await service.revise({ ...on, emotion: "fear" })).toMatchObject({
      status: "REVISED",
      verifiedEmotion: "fear",
    });
  });

  test("revise to the predicted emotion is an approval", async () => {
    const on = await added();
    const revised = await service.revise({ ...on, emotion: "joy" });
    expect(revised.status).toBe("APPROVED");
    expect(actions(revised)).toEqual(["APPROVE joy"]);
  });

  test("the same decision again is no new event, also with a stale version", async () => {
    const on = await added();
    await service.revise({ ...on, emotion: "fear", expectedVersion: 0 });
    const again = await service.revise({ ...on, emotion: "fear", expectedVersion: 0 });
    expect(again.version).toBe(1);
    expect((await stored(on.predictionId))?.version).toBe(1);
  });

  test("another decision on a stale version is a conflict that tells the current one", async () => {
    const on = await added();
    await service.approve({ ...on, expectedVersion: 0 });
    await expect(service.revise({ ...on, emotion: "fear", expectedVersion: 0 })).rejects.toMatchObject({
      extensions: { code: "CONFLICT", currentVersion: 1 },
    });
    expect(actions(await stored(on.predictionId))).toEqual(["APPROVE joy"]);
  });

  test("without an expected version the last decision wins and history keeps both", async () => {
    const on = await added();
    await service.approve(on);
    await service.revise({ ...on, emotion: "shame" });
    const now = await stored(on.predictionId);
    expect(now?.verifiedEmotion).toBe("shame");
    expect(actions(now)).toEqual(["APPROVE joy", "REVISE shame"]);
  });

  test("on an unknown prediction is NOT_FOUND", async () => {
    await expect(service.approve({ predictionId: ulid(), actor: "me" })).rejects.toMatchObject({
      extensions: { code: "NOT_FOUND" },
    });
  });

  test("twenty people deciding at once make one linear history with every acknowledged decision", async () => {
    const on = await added();
    const emotions = ["fear", "shame", "guilt", "anger"] as const;
    const people = Array.from({ length: 20 }, (_, index) => ({
      actor: `person ${index}`,
      emotion: emotions[index % 4] ?? "fear",
    }));
    const answers = await Promise.all(people.map((person) => service.revise({ ...on, ...person })));
    const history = (await stored(on.predictionId))?.history ?? [];
    expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 1));
    for (const [index, answer] of answers.entries()) {
      expect(answer.verifiedEmotion).toBe(people[index]?.emotion);
      expect(history.slice(0, answer.version)).toEqual(answer.history);
    }
  });

  test("a decision beyond the most that an item can hold is refused and nothing is lost", async () => {
    const on = await added();
    let full = (await stored(on.predictionId)) as Prediction;
    const event = { id: "x", action: "REVISE", emotion: "fear", actor: "me", at: new Date() } as const;
    for (let version = 1; version <= MAX_HISTORY; version += 1) full = full.with({ ...event, version });
    const id = ulid();
    Object.assign(full, { id });
    await store.add(full);
    await expect(service.approve({ ...on, predictionId: id })).rejects.toThrow(`${MAX_HISTORY} recorded decisions`);
    expect((await stored(id))?.version).toBe(MAX_HISTORY);
  });
});

describe("undo", () => {
  test("steps back one decision, and one further the next time", async () => {
    const on = await added();
    await service.approve(on);
    const revised = await service.revise({ ...on, emotion: "fear" });
    const first = await service.undo(on);
    expect(first).toMatchObject({ status: "APPROVED", verifiedEmotion: "joy", version: 3 });
    expect(first.verifiedAt).toEqual(revised.history[0]?.at);
    const second = await service.undo(on);
    expect(second).toMatchObject({ status: "PENDING", verifiedEmotion: null, verifiedAt: null, version: 4 });
    expect(actions(second)).toEqual(["APPROVE joy", "REVISE fear", "UNDO joy", "UNDO null"]);
  });

  test("with nothing left to undo is refused", async () => {
    const on = await added();
    await expect(service.undo(on)).rejects.toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
    await service.approve(on);
    await service.undo(on);
    await expect(service.undo(on)).rejects.toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
    expect((await stored(on.predictionId))?.version).toBe(2);
  });

  test("sent again after a lost answer is harmless", async () => {
    const on = await added();
    await service.approve(on);
    await service.revise({ ...on, emotion: "fear" });
    await service.undo({ ...on, expectedVersion: 2 });
    expect(await service.undo({ ...on, expectedVersion: 2 })).toMatchObject({ verifiedEmotion: "joy", version: 3 });
  });

  test("on a stale version is a conflict", async () => {
    const on = await added();
    await service.approve(on);
    await service.revise({ ...on, emotion: "fear" });
    await expect(service.undo({ ...on, expectedVersion: 1 })).rejects.toMatchObject({
      extensions: { code: "CONFLICT", currentVersion: 2 },
    });
  });

  test("can be decided over again", async () => {
    const on = await added();
    await service.approve(on);
    await service.undo(on);
    expect(await service.approve(on)).toMatchObject({ status: "APPROVED", version: 3 });
  });
});

test("a write that was stored although its answer got lost is not made twice", async () => {
  const on = await added();
  await service.approve(on);
  await service.revise({ ...on, emotion: "fear" });
  const forgetful = new Proxy(store, {
    get(target, name) {
      if (name !== "append") return Reflect.get(target, name).bind?.(target);
      return async (...args: Parameters<typeof store.append>) => (await target.append(...args)) && false;
    },
  });
  const undone = await new FeedbackService(forgetful).undo(on);
  expect(actions(undone)).toEqual(["APPROVE joy", "REVISE fear", "UNDO joy"]);
});
