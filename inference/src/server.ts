import pino from "pino";
import { AliasWatcher } from "./alias-watcher.js";
import { App } from "./app.js";
import { type Config, ConfigError, readConfig } from "./config.js";
import { type Listener, listen } from "./listener.js";
import { Metrics } from "./metrics.js";
import { ModelError } from "./model-error.js";
import { ModelHost } from "./model-host.js";
import { ModelRegistry, starterRegistry } from "./registry.js";
import { openServingModel, type ServingModel } from "./serving-model.js";

const STDERR = 2;
const log = pino({ base: { service: "inference" } }, pino.destination({ fd: STDERR, sync: true }));

// Until the service listens there is nothing to finish.
let finish = async (): Promise<void> => {};

/** Starts the service and says so once it takes requests. */
async function start(): Promise<void> {
  const config = readConfig(process.env);
  log.level = config.logLevel;
  const mirror = await openMirror(config);
  const registry = new ModelRegistry([config.modelsFolder, starterRegistry()]);
  const model = await openServingModel(registry, { version: config.modelVersion, engine: config.engine });
  const host = new ModelHost(model);
  const metrics = new Metrics(model);
  const { engine } = config;
  const watcher = config.modelVersion ? undefined : new AliasWatcher({ registry, host, metrics, log, engine });
  const { refused } = await registry.list();
  const listener = await listen(
    new App({ ...config, limits: config, host, registry, mirror, watcher, metrics, log }),
    config,
  );
  finish = async () => {
    mirror?.stop();
    await listener.stop();
    await watcher?.stop();
    await host.close();
  };
  mirror?.start();
  watcher?.start();
  announce(listener, model);
  for (const { reason } of refused) log.warn({ reason }, "a model folder is left out");
}

/** A registry folder like the bucket that the environment names; undefined when it names none. */
async function openMirror({ modelsBucket: bucket, modelsFolder: folder, s3: endpoint }: Config) {
  if (bucket === undefined) return undefined;
  // Only now: the AWS SDK takes a tenth of a second.
  const { S3ModelMirror } = await import("./s3-model-mirror.js");
  const mirror = new S3ModelMirror({ bucket, folder, endpoint, log });
  await mirror.pull();
  return mirror;
}

function announce({ url }: Listener, { version, reason, engine }: ServingModel): void {
  log.info({ modelVersion: version, modelReason: reason, engine: engine.name, engineReason: engine.reason }, "ready");
  console.log(`Inference service is ready at ${url} (model ${version}, ${engine.name})`);
  // A parent that is gone already is no error here: the end of the channel tells of it.
  process.send?.({ type: "ready", url, modelVersion: version }, undefined, undefined, () => {});
}

function stopOnDemand(): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await finish();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The channel to the process that started this one closes when that process ends, however it ends.
  process.on("disconnect", stop);
}

/** What to tell the operator of a start that failed; undefined when it is no fault of the operator's. */
function explained(error: unknown): string | undefined {
  if (error instanceof ConfigError || error instanceof ModelError) return error.message;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `${message}. Set PORT to a free port, or to 0 for any.`;
  if (syscall === "listen" || syscall === "getaddrinfo")
    return `${message}. Set HOST and PORT to an address of this machine.`;
  return undefined;
}

stopOnDemand();
try {
  await start();
} catch (error) {
  const reason = explained(error);
  if (reason === undefined) throw error;
  console.error(`The inference service cannot start: ${reason}`);
  process.exit(1);
}
