import { join } from "node:path";
import type { Logger } from "pino";
import type { LambdaConfig } from "./config.js";
import { createAccess } from "./create-access.js";
import type { DynamoDBStores } from "./dynamodb-stores.js";
import type { ExportStore } from "./export-store.js";
import { FileExportStore } from "./file-export-store.js";
import { createGateway, type Gateway, type GatewayParts } from "./gateway.js";
import { HttpClassifier } from "./http-classifier.js";
import { loadedOnUse } from "./loaded-on-use.js";
import { MemoryRateLimiter } from "./memory-rate-limiter.js";
import { signingSecret } from "./signing-secret.js";

/** A gateway whose process may stand still, or end, after each answer. */
export interface LambdaGateway extends Gateway {
  /** Writes the counts that the requests so far have changed; to be called before an answer is given. */
  settle(): Promise<void>;
}

type ExportParts = Pick<GatewayParts, "files" | "downloads" | "exportsElsewhere">;

/**
 * The gateway of `npm start`, put together for AWS Lambda: DynamoDB and the inference service are elsewhere, the
 * page is served from elsewhere, and the AWS SDK is loaded by the first request that needs it. No operation is trusted,
 * because compiling them takes longer than it saves before a function ends.
 */
export async function createLambdaGateway(config: LambdaConfig, log: Logger): Promise<LambdaGateway> {
  const { keys, settle, ...stores } = storesOf(config);
  const gateway = await createGateway({
    classifier: new HttpClassifier(config.inference, {}, log),
    ...stores,
    ...exportsOf(config),
    log,
    access: await createAccess(config, keys, log),
    limiter: config.rateLimit === undefined ? undefined : new MemoryRateLimiter(config.rateLimit),
    origins: config.origins,
  });
  return { ...gateway, settle };
}

function storesOf({ dynamoDB, tablePrefix }: LambdaConfig): DynamoDBStores & Pick<LambdaGateway, "settle"> {
  const address = dynamoDB === "aws" ? {} : { endpoint: dynamoDB };
  let stores: Promise<DynamoDBStores> | undefined;
  const load = () => {
    stores ??= import("./dynamodb-stores.js").then(({ dynamoDBStores }) => dynamoDBStores(address, tablePrefix));
    return stores;
  };
  return {
    predictions: loadedOnUse(async () => (await load()).predictions),
    idempotency: loadedOnUse(async () => (await load()).idempotency),
    jobs: loadedOnUse(async () => (await load()).jobs),
    keys: loadedOnUse(async () => (await load()).keys),
    settle: async () => (await stores)?.predictions.settle(),
  };
}

/**
 * With a bucket another function writes the files, because this one stands still between two requests. Else they are in
 * the data folder, which instances of a function share only when it is on a shared file system.
 */
function exportsOf({ exportBucket, s3, dataFolder }: LambdaConfig): ExportParts {
  if (exportBucket === undefined) {
    const files = new FileExportStore(join(dataFolder, "exports"), signingSecret(dataFolder));
    return { files, downloads: files };
  }
  const files = loadedOnUse<ExportStore>(async () => {
    const [{ S3ExportStore }, { createS3Client }] = await Promise.all([
      import("./s3-export-store.js"),
      import("./s3-client.js"),
    ]);
    return new S3ExportStore(createS3Client({ endpoint: s3 }), exportBucket);
  });
  return { files, exportsElsewhere: true };
}
