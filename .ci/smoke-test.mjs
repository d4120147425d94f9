/**
 * Tries a deployed Sentiloop: `SMOKE_TEST_KEY=… node .ci/smoke-test.mjs ADDRESS` predicts, approves and exports as a
 * client does. It ends with 1 and the reason when one of them does not work.
 */
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";

const PATIENCE_MS = 120_000;

const [address] = process.argv.slice(2);
const key = process.env.SMOKE_TEST_KEY;
if (address === undefined || !URL.canParse(address)) {
  console.error("Usage: SMOKE_TEST_KEY=… node .ci/smoke-test.mjs ADDRESS");
  process.exit(2);
}

async function ask(query, variables = {}) {
  const answer = await fetch(new URL("/graphql", address), {
    method: "POST",
    headers: { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const { data, errors } = await answer.json();
  if (errors !== undefined) throw new Error(`${query.trim().split("\n")[0]}: ${errors[0].message}`);
  return data;
}

async function predictAndApprove() {
  const { predict } = await ask(`mutation ($text: String!) { predict(text: $text) { id emotion version } }`, {
    text: "I finally passed the exam!",
  });
  const { approve } = await ask(`mutation ($id: ID!) { approve(predictionId: $id, expectedVersion: 0) { status } }`, {
    id: predict.id,
  });
  if (approve.status !== "APPROVED") throw new Error(`The prediction is ${approve.status} after it was approved.`);
  return predict.id;
}

async function exported() {
  const deadline = Date.now() + PATIENCE_MS;
  let { exportCsv: job } = await ask(`mutation { exportCsv { id status } }`);
  while (job.status === "RUNNING" && Date.now() < deadline) {
    await setTimeout(1000);
    job = (await ask(`query ($id: ID!) { datasetExport(id: $id) { id status url sha256 } }`, { id: job.id }))
      .datasetExport;
  }
  if (job.status === "READY" && job.url === undefined)
    job = (await ask(`query ($id: ID!) { datasetExport(id: $id) { id status url sha256 } }`, { id: job.id }))
      .datasetExport;
  if (job.status !== "READY") throw new Error(`The export is ${job.status} after ${PATIENCE_MS / 1000} seconds.`);
  const file = Buffer.from(await (await fetch(new URL(job.url, address))).arrayBuffer());
  const found = createHash("sha256").update(file).digest("hex");
  if (found !== job.sha256) throw new Error(`The file has the SHA-256 ${found}, but ${job.sha256} was promised.`);
  return file.toString();
}

try {
  const id = await predictAndApprove();
  if (!(await exported()).includes(id)) throw new Error(`The prediction ${id} is not in the export that followed it.`);
  console.log(`${address} predicts, approves and exports.`);
} catch (error) {
  console.error(`The smoke test failed. ${error.message}`);
  process.exitCode = 1;
}
