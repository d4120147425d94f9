import { resolve } from "node:path";
import { z } from "zod";

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

const environment = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().max(65535))
    .default(4000),
  HOST: z.enum(LOOPBACK).default("127.0.0.1"),
  SENTILOOP_DATA: z.string().min(1).default("data"),
  SENTILOOP_TABLE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{0,100}$/)
    .default("sentiloop-"),
  SENTILOOP_DYNAMODB: z.union([z.enum(["embedded", "aws"]), z.url({ protocol: /^https?$/ })]).default("embedded"),
  SENTILOOP_INFERENCE: z.url({ protocol: /^https?$/ }).optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("warn"),
});

/** What each variable must be, for the person who set it to something else. */
const EXPECTED: Readonly<Record<keyof z.infer<typeof environment>, string>> = {
  PORT: "a port from 0 to 65535; 0 means any free one",
  HOST: `one of ${LOOPBACK.join(", ")}: without authentication Sentiloop listens on this machine only`,
  SENTILOOP_DATA: "the folder in which everything is kept",
  SENTILOOP_TABLE_PREFIX: "what the names of the DynamoDB tables begin with: letters, digits, _ . -",
  SENTILOOP_DYNAMODB: '"embedded", "aws" or the address of a DynamoDB endpoint',
  SENTILOOP_INFERENCE: "the address of a running inference service; without it one is started",
  LOG_LEVEL: "fatal, error, warn, info, debug, trace or silent",
};

/** How the gateway is to run, read once from the environment. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataFolder: string;
  readonly tablePrefix: string;
  /** "embedded", "aws" or an endpoint's address. */
  readonly dynamoDB: string;
  /** The address of an inference service that runs elsewhere. */
  readonly inference: string | undefined;
  readonly logLevel: string;
}

/** @throws an error that names each variable that is not what it must be, and what it must be */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = environment.safeParse(withoutEmpty(env));
  if (!parsed.success) throw new Error(explained(parsed.error, env));
  return Object.freeze({
    port: parsed.data.PORT,
    host: parsed.data.HOST,
    dataFolder: resolve(parsed.data.SENTILOOP_DATA),
    tablePrefix: parsed.data.SENTILOOP_TABLE_PREFIX,
    dynamoDB: parsed.data.SENTILOOP_DYNAMODB,
    inference: parsed.data.SENTILOOP_INFERENCE,
    logLevel: parsed.data.LOG_LEVEL,
  });
}

/** A variable that is set to nothing counts as not set, as in most shells' scripts. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

function explained(error: z.ZodError, env: NodeJS.ProcessEnv): string {
  const names = [...new Set(error.issues.map((issue) => issue.path[0] as keyof typeof EXPECTED))];
  return names.map((name) => `${name} is ${JSON.stringify(env[name])}, but must be ${EXPECTED[name]}.`).join("\n");
}
