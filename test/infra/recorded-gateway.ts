import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import pino from "pino";
import { createApiKey } from "../../api/src/api-key.js";
import { readLambdaConfig } from "../../api/src/config.js";
import { DynamoDBApiKeyStore } from "../../api/src/dynamodb-api-key-store.js";
import { createLambdaGateway } from "../../api/src/lambda-gateway.js";
import { startDynamoDB, type TestDynamoDB } from "../support/dynamodb.js";
import { startInference } from "../support/inference.js";
import { startS3, type TestS3 } from "../support/s3.js";

/** A request to DynamoDB. */
export interface RecordedCall {
  /** `PutItem`, … */
  action: string;
  /** `predictions`, `operations`, or `indexes` for any index of predictions. */
  target: string;
  /** What the tables themselves consumed, without their indexes. */
  units: number;
}

/** The gateway as it runs on Lambda, on a DynamoDB that notes what is asked of it. */
export interface RecordedGateway {
  database: TestDynamoDB;
  s3: TestS3;
  /** The address of the DynamoDB that notes. */
  endpoint: string;
  /** All calls since `work` began. */
  calls(work: () => Promise<unknown>): Promise<RecordedCall[]>;
  /** Answers an operation as Lambda does: what it changed is counted by then. @throws when it has errors */
  ask(query: string): Promise<Record<string, unknown>>;
  /** Asks any other address by GET. */
  get(path: string): Promise<Response>;
  stop(): Promise<void>;
}

export async function startRecordedGateway(): Promise<RecordedGateway> {
  const [database, inference, s3] = await Promise.all([startDynamoDB(), startInference(), startS3()]);
  const { stored, key } = createApiKey("the test", ["predict", "feedback", "export"], null);
  await new DynamoDBApiKeyStore(database.client, database.tables).add(stored);
  let recorded: RecordedCall[] = [];
  const recorder = await listening(recording(database, (call) => recorded.push(call)));
  const config = readLambdaConfig({
    SENTILOOP_AUTH: "keys",
    SENTILOOP_DYNAMODB: recorder.address,
    SENTILOOP_TABLE_PREFIX: database.tables.predictions.replace(/predictions$/, ""),
    SENTILOOP_INFERENCE: inference.origin,
    SENTILOOP_EXPORT_BUCKET: s3.bucket,
    SENTILOOP_S3: s3.endpoint,
  });
  const gateway = await createLambdaGateway(config, pino({ level: "silent" }));
  const front = await listening(gateway.app);
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  return {
    database,
    s3,
    endpoint: recorder.address,
    calls: async (work) => {
      recorded = [];
      await work();
      return recorded;
    },
    ask: async (query) => {
      const answer = await fetch(`${front.address}/graphql`, {
        method: "POST",
        headers,
        body: JSON.stringify({ query }),
      });
      const { data, errors } = (await answer.json()) as { data: Record<string, unknown>; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      await gateway.settle();
      return data;
    },
    get: (path) => fetch(front.address + path),
    stop: async () => {
      await gateway.stop();
      for (const { server } of [front, recorder]) server.close().closeAllConnections();
      await Promise.all([database.stop(), inference.stop(), s3.stop()]);
    },
  };
}

/** Passes requests on to a DynamoDB, and notes them. */
function recording({ endpoint = "" }: TestDynamoDB, note: (call: RecordedCall) => void): RequestListener {
  return async (incoming, outgoing) => {
    const action = String(incoming.headers["x-amz-target"]).replace(/^.*\./, "");
    const call = JSON.parse(await text(incoming));
    const body = JSON.stringify({ ...call, ...(action !== "DescribeTable" && { ReturnConsumedCapacity: "TOTAL" }) });
    const { host: _host, "content-length": _length, connection: _connection, ...headers } = incoming.headers;
    const answer = await fetch(endpoint, { method: "POST", headers: headers as Record<string, string>, body });
    const content = await answer.text();
    const { ConsumedCapacity = [] } = JSON.parse(content) as { ConsumedCapacity?: Consumed | Consumed[] };
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    for (const target of targetsOf(call)) note({ action, target, units });
    outgoing.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(content);
  };
}

interface Consumed {
  CapacityUnits: number;
}

interface TableCall {
  TableName?: string;
  IndexName?: string;
  RequestItems?: Record<string, unknown>;
}

function targetsOf({ TableName, IndexName, RequestItems = {} }: TableCall): string[] {
  const tables = TableName === undefined ? Object.keys(RequestItems) : [TableName];
  return tables.map((table) => (IndexName === undefined ? table.slice(table.lastIndexOf("-") + 1) : "indexes"));
}

async function listening(listener: RequestListener): Promise<{ server: Server; address: string }> {
  const server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
