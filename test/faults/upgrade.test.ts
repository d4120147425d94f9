import { execFile } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import dynalite from "dynalite";
import { createDynamoDBClient, ensureTables } from "../../api/src/dynamodb-client.js";
import { toItem } from "../../api/src/dynamodb-item.js";
import { tableDefinitions, tableNames } from "../../api/src/dynamodb-tables.js";
import type { Prediction } from "../../api/src/prediction.js";
import { APPROVE, exported, graphql } from "../support/graphql.js";
import { decisionFor, prediction } from "../support/predictions.js";
import { Sentiloop } from "../support/sentiloop.js";

/** A data folder as an earlier version left it: without the review queue's indexes, and nothing is counted. */

const ROWS = 60;
const tables = tableNames("sentiloop-");
const data = Sentiloop.emptyFolder();
const reconcile = async () => {
  const entry = join(import.meta.dirname, "../../api/dist/reconcile.js");
  const env = { ...process.env, SENTILOOP_DATA: data };
  return promisify(execFile)(process.execPath, [entry, "--json"], { env });
};

beforeAll(() => leaveOldFolder());
afterAll(() => rmSync(data, { recursive: true, force: true }));

async function leaveOldFolder(): Promise<void> {
  const server: Server = dynalite({ path: join(data, "dynamodb"), createTableMs: 0 });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = createDynamoDBClient({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  for (const definition of tableDefinitions(tables)) {
    const { AttributeDefinitions = [], GlobalSecondaryIndexes } = definition;
    await client.send(
      new CreateTableCommand({
        ...definition,
        AttributeDefinitions: AttributeDefinitions.filter(({ AttributeName }) => !AttributeName?.endsWith("Rank")),
        GlobalSecondaryIndexes: GlobalSecondaryIndexes?.filter(({ IndexName }) => IndexName === "by-time"),
      }),
    );
  }
  for (let index = 0; index < ROWS; index += 1) {
    const fresh = prediction({ text: `old ${index}`, confidence: 0.9 - index / 100 });
    await putOld(index % 3 === 0 ? fresh.with(decisionFor(fresh, index % 2 ? "joy" : "fear")) : fresh);
  }
  await expect(ensureTables(client, tables)).rejects.toThrow(/by-doubt .*npm run reconcile/);
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));

  async function putOld(old: Prediction): Promise<void> {
    const { doubtRank: _, chanceRank: __, writeId: ___, ...Item } = toItem(old, "");
    await client.send(new PutCommand({ TableName: tables.predictions, Item }));
  }
}

test("is taken over whole: everything is listed, counted, exported and in the review queue", async () => {
  const sentiloop = await Sentiloop.start({ data });
  const { data: seen } = await graphql(
    sentiloop.address,
    `{ predictions(first: 100) { edges { node { id text } } }
       feedbackSummary { total pending approved revised }
       reviewQueue(first: 4) { id text } }`,
  );
  expect(seen.predictions.edges).toHaveLength(ROWS);
  expect(seen.feedbackSummary).toEqual({ total: ROWS, pending: 40, approved: 10, revised: 10 });
  const queue = seen.reviewQueue.map(({ text }: { text: string }) => text);
  expect(queue.slice(0, 3)).toEqual(["old 59", "old 58", "old 56"]);
  const [first] = seen.reviewQueue;
  expect((await graphql(sentiloop.address, APPROVE, { id: first.id })).data.approve.status).toBe("APPROVED");
  const made = await exported(sentiloop.address, { filter: { status: ["APPROVED", "REVISED"] } });
  expect(made).toMatchObject({ status: "READY", error: null });
  expect((await sentiloop.kill("SIGTERM")).code).toBe(0);
}, 120_000);

test("needs nothing more at the next start, nor after npm run reconcile", async () => {
  expect(JSON.parse((await reconcile()).stdout)).toEqual({ predictions: ROWS, drift: 0, repaired: 0 });
  const sentiloop = await Sentiloop.start({ data });
  const { data: seen } = await graphql(sentiloop.address, "{ feedbackSummary { total pending approved revised } }");
  expect(seen.feedbackSummary).toEqual({ total: ROWS, pending: 39, approved: 11, revised: 10 });
  await sentiloop.kill("SIGTERM");
}, 120_000);
