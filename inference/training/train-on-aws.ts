import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Command } from "commander";
import pino from "pino";
import { readTrainingTaskConfig } from "../src/config.js";
import { runCommand } from "../src/run-command.js";
import { createS3Client, S3ModelMirror } from "../src/s3-model-mirror.js";

/** What is given to the training besides its data: everything after `--`. */
interface Options {
  export: string;
}

/** Trains on AWS: fetches an export, goes on from the version that serves, and publishes into the bucket of models. */
const command = new Command("train-on-aws")
  .description("Trains a version on an export and publishes it to the bucket of models. It serves when it is promoted.")
  .requiredOption("--export <id>", "the id of a dataset export that is ready and has not expired")
  .argument("[train...]", "further options of the training, after --", [])
  .action((further: string[], options: Options) => runCommand(() => train(options, further)));

async function train({ export: id }: Options, further: readonly string[]): Promise<void> {
  const { dataFolder, modelsFolder, modelsBucket, exportBucket, s3 } = readTrainingTaskConfig(process.env);
  await mkdir(dataFolder, { recursive: true });
  const data = join(dataFolder, "export.csv");
  await download({ bucket: exportBucket, key: `${id}.csv`, endpoint: s3, file: data });
  const mirror = new S3ModelMirror({ bucket: modelsBucket, folder: modelsFolder, endpoint: s3, log: pino() });
  await mirror.pull();
  await runTraining(["--data", data, "--from", "serving", "--out", modelsFolder, "--json", ...further]);
  await mirror.pushVersions();
  mirror.stop();
}

interface Download {
  bucket: string;
  key: string;
  endpoint: string | undefined;
  file: string;
}

async function download({ bucket, key, endpoint, file }: Download): Promise<void> {
  const client = createS3Client(endpoint);
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await pipeline(Body as Readable, createWriteStream(file));
  client.destroy();
}

async function runTraining(args: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL("train.js", import.meta.url));
  const training = spawn(process.execPath, [program, ...args], { stdio: "inherit" });
  const stop = () => training.kill("SIGTERM");
  process.on("SIGTERM", stop);
  const [code, signal] = (await once(training, "exit")) as [number | null, string | null];
  process.off("SIGTERM", stop);
  if (code !== 0) throw new Error(`The training ended with ${signal ?? code}; nothing was published.`);
}

await command.parseAsync();
