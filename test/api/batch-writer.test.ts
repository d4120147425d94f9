import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ProvisionedThroughputExceededException } from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { DynamoDBBatchWriter } from "../../api/src/dynamodb-batch-writer.js";
import { createDynamoDBClient, withoutRetries } from "../../api/src/dynamodb-client.js";
import { toItem } from "../../api/src/dynamodb-item.js";
import { DynamoDBPredictionStore } from "../../api/src/dynamodb-prediction-store.js";
import type { Prediction } from "../../api/src/prediction.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { decisionFor, prediction } from "../support/predictions.js";

let database: TestDynamoDB;
let store: DynamoDBPredictionStore;
let writer: DynamoDBBatchWriter;
/** What stands between the writer and the database for its batches; by default nothing. */
let onBatch: (command: BatchWriteCommand, send: () => Promise<unknown>) => Promise<unknown>;
let batches: number[];

beforeAll(async () => {
  database = await startDynamoDB();
  store = new DynamoDBPredictionStore(database.client, database.tables);
});
beforeEach(() => {
  batches = [];
  onBatch = (_, send) => send();
  writer = new DynamoDBBatchWriter(database.client, database.tables.predictions);
  const client = Reflect.get(writer, "once") as DynamoDBDocumentClient;
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  Reflect.set(client, "send", (command: BatchWriteCommand) => {
    batches.push(putsOf(command).length);
    return onBatch(command, () => send(command));
  });
});
afterAll(async () => {
  await store.settle();
  await database.stop();
});

function putsOf(command: BatchWriteCommand) {
  return command.input.RequestItems?.[database.tables.predictions] ?? [];
}

const some = (count: number) => Array.from({ length: count }, () => prediction());
const writeAll = (all: readonly Prediction[]) => Promise.all(all.map((each) => writer.write(toItem(each, "w"))));
const stored = (all: readonly Prediction[]) => Promise.all(all.map(async ({ id }) => (await store.find(id))?.id));
const idsOf = (all: readonly Prediction[]) => all.map(({ id }) => id);

test("items that come together share requests of at most 25, an item that comes alone has its own", async () => {
  await writeAll(some(1));
  expect(batches).toEqual([]);
  await writeAll(some(60));
  expect(batches).toEqual([25, 25, 10]);
});

test("an item that DynamoDB puts off is sent again, and is acknowledged when it is there", async () => {
  let refusals = 2;
  onBatch = async (command, send) => {
    if (refusals === 0) return send();
    refusals -= 1;
    const [first, ...others] = putsOf(command);
    const table = database.tables.predictions;
    if (others.length > 0) await database.client.send(new BatchWriteCommand({ RequestItems: { [table]: others } }));
    return { UnprocessedItems: { [table]: [first] } };
  };
  const all = some(30);
  await writeAll(all);
  expect(await stored(all)).toEqual(idsOf(all));
});

test("a batch that DynamoDB has no room for is sent again", async () => {
  let refusals = 3;
  onBatch = async (_, send) => {
    if (refusals === 0) return send();
    refusals -= 1;
    throw new ProvisionedThroughputExceededException({ message: "slow down", $metadata: {} });
  };
  const all = some(30);
  await writeAll(all);
  expect(await stored(all)).toEqual(idsOf(all));
});

test("one item that cannot be stored does not keep the others from it", async () => {
  const all = some(10);
  const bad = { ...toItem(prediction(), "w"), shard: "no number" };
  const outcomes = await Promise.allSettled([writer.write(bad), ...all.map((each) => writer.write(toItem(each, "w")))]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", ...all.map(() => "fulfilled")]);
  expect(await stored(all)).toEqual(idsOf(all));
});

test("a decision on a stored item stays, though the answer to its batch is lost", async () => {
  const [first, ...others] = some(5) as [Prediction, ...Prediction[]];
  onBatch = async (_, send) => {
    await send();
    expect(await store.append(first, decisionFor(first, "fear"))).toBe(true);
    throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  };
  await writeAll([first, ...others]);
  expect(batches).toEqual([5]);
  expect((await store.find(first.id))?.verifiedEmotion).toBe("fear");
  expect(await stored(others)).toEqual(idsOf(others));
});

test("an item is put when its batch did not arrive", async () => {
  onBatch = async () => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  };
  const all = some(5);
  await writeAll(all);
  expect(await stored(all)).toEqual(idsOf(all));
});

test("a client without retries tries once, and leaves its origin as it was", async () => {
  let arrived = 0;
  const failing = createServer((_, response) => {
    arrived += 1;
    response.writeHead(500).end("{}");
  });
  await once(failing.listen(0, "127.0.0.1"), "listening");
  const client = createDynamoDBClient({ endpoint: `http://127.0.0.1:${(failing.address() as AddressInfo).port}` });
  const put = () => new PutCommand({ TableName: "any", Item: { id: "any" } });
  await expect(withoutRetries(client).send(put())).rejects.toThrow();
  expect(arrived).toBe(1);
  await expect(client.send(put())).rejects.toThrow();
  expect(arrived).toBe(4);
  client.destroy();
  failing.close();
});
