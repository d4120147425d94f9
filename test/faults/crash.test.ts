import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { APPROVE, graphql, PREDICT, REVISE } from "../support/graphql.js";
import { Sentiloop } from "../support/sentiloop.js";

const ROUNDS = 3;
const CLIENTS = 16;

/** What a prediction must look like at least, as far as its writer was told. */
interface Acknowledged {
  text: string;
  version: number;
  label: string;
}

test(`after each of ${ROUNDS} kills -9 under load every acknowledged write is there`, async () => {
  const data = Sentiloop.emptyFolder();
  const acknowledged = new Map<string, Acknowledged>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const sentiloop = await Sentiloop.start({ data });
    await expectAll(sentiloop.address, acknowledged);
    const before = acknowledged.size;
    const clients = Array.from({ length: CLIENTS }, (_, client) =>
      write(sentiloop.address, `${round}/${client}`, acknowledged),
    );
    // Each round breaks off elsewhere: first the whole, then its database alone, which takes the rest of it along.
    while (acknowledged.size < before + CLIENTS) await setTimeout(20);
    await setTimeout(Math.random() * 600);
    if (round % 2 === 1) process.kill(sentiloop.child("embedded-dynamodb").pid, "SIGKILL");
    await sentiloop.kill("SIGKILL");
    await Promise.all(clients);
    expect(acknowledged.size).toBeGreaterThan(before);
  }
  const last = await Sentiloop.start({ data });
  await expectAll(last.address, acknowledged);
  expect((await last.kill("SIGTERM")).code).toBe(0);
  rmSync(data, { recursive: true, force: true });
});

/** Predicts, then decides on every other prediction, until the server is gone. */
async function write(address: string, client: string, acknowledged: Map<string, Acknowledged>): Promise<void> {
  for (let index = 0; ; index += 1) {
    try {
      const text = `text ${client} ${index}`;
      const { id, emotion } = (await graphql(address, PREDICT, { text })).data.predict;
      acknowledged.set(id, { text, version: 0, label: emotion });
      if (index % 4 === 1) await graphql(address, APPROVE, { id }).then(({ data }) => note(data.approve));
      if (index % 4 === 3)
        await graphql(address, REVISE, { id, emotion: "GUILT" }).then(({ data }) => note(data.revise));
    } catch {
      return;
    }
  }
  function note(decided: { id: string; text: string; version: number; verifiedEmotion: string }): void {
    acknowledged.set(decided.id, { text: decided.text, version: decided.version, label: decided.verifiedEmotion });
  }
}

async function expectAll(address: string, acknowledged: ReadonlyMap<string, Acknowledged>): Promise<void> {
  const lost: string[] = [];
  for (const [id, { text, version, label }] of acknowledged) {
    const { data } = await graphql(
      address,
      "query ($id: ID!) { prediction(id: $id) { text version emotion verifiedEmotion } }",
      { id },
    );
    const found = data.prediction;
    // A decision whose answer was lost may have been stored: then the version is one higher.
    const kept =
      found?.text === text && (found.version > version || (found.verifiedEmotion ?? found.emotion) === label);
    if (!kept || found.version < version) lost.push(id);
  }
  expect(lost).toEqual([]);
  const statuses = await listStatuses(address);
  expect([...acknowledged.keys()].filter((id) => !statuses.has(id))).toEqual([]);
  // A killed process may have stored what it had not counted yet; the start makes up for that.
  const { data } = await graphql(address, "{ feedbackSummary { total pending approved revised } }");
  const count = (wanted: string) => [...statuses.values()].filter((status) => status === wanted).length;
  expect(data.feedbackSummary).toEqual({
    total: statuses.size,
    pending: count("PENDING"),
    approved: count("APPROVED"),
    revised: count("REVISED"),
  });
}

interface Connection {
  edges: { node: { id: string; status: string } }[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

/** The status of every prediction that is listed, by its id. */
async function listStatuses(address: string): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  let after: string | null = null;
  do {
    const query =
      "query ($after: String) { predictions(first: 100, after: $after) { edges { node { id status } } pageInfo { endCursor hasNextPage } } }";
    const { edges, pageInfo }: Connection = (await graphql(address, query, { after })).data.predictions;
    for (const { node } of edges) statuses.set(node.id, node.status);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return statuses;
}
