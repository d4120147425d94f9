import { delimiter, resolve } from "node:path";
import type { JSONWebKeySet } from "jose";
import * as z from "zod";
import { SCOPES, type Scope } from "./scope.js";

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/** In points a second. The least still lets a predictMany of 100 texts through, which may use ten seconds' worth. */
const MIN_RATE_LIMIT = 10;
/** More than one machine does, so that a busy program on it never meets the limit. */
const DEFAULT_RATE_LIMIT = 20_000;

/** Values separated by commas. */
const list = <T extends string>(item: z.ZodType<T, string>) =>
  z
    .string()
    .transform((text) => text.split(",").map((each) => each.trim()))
    .pipe(z.array(item));

const origin = z.string().refine((text) => !text.includes("*") && URL.canParse(text) && new URL(text).origin === text);

/** Only on this machine may a provider be asked without encryption. */
const issuer = z
  .url({ protocol: /^https?$/ })
  .refine((text) => /^(?:https:|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$))/.test(text));

/** A JSON Web Key Set, as a provider publishes it. */
const keySet = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: "custom" });
      return z.NEVER;
    }
  })
  .pipe(z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }));

const environment = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().max(65535))
    .default(4000),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/)
    .default("127.0.0.1"),
  SENTILOOP_DATA: z.string().min(1).default("data"),
  SENTILOOP_TABLE_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{0,100}$/)
    .default("sentiloop-"),
  SENTILOOP_DYNAMODB: z.union([z.enum(["embedded", "aws"]), z.url({ protocol: /^https?$/ })]).default("embedded"),
  SENTILOOP_INFERENCE: z.url({ protocol: /^https?$/ }).optional(),
  SENTILOOP_EXPORT_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  SENTILOOP_S3: z.url({ protocol: /^https?$/ }).optional(),
  SENTILOOP_AUTH: z.enum(["none", "keys"]).optional(),
  SENTILOOP_OIDC_ISSUER: issuer.optional(),
  SENTILOOP_OIDC_AUDIENCE: list(z.string().min(1)).optional(),
  SENTILOOP_OIDC_CLIENT_ID: z.string().optional(),
  SENTILOOP_OIDC_KEYS: keySet.optional(),
  SENTILOOP_OIDC_CLAIMS: list(z.string().min(1)).default(["scope", "cognito:groups", "groups"]),
  SENTILOOP_OIDC_SCOPE_PREFIX: z.string().default("sentiloop/"),
  SENTILOOP_OIDC_USER_SCOPES: list(z.enum(SCOPES)).default([]),
  SENTILOOP_ORIGINS: list(origin).default([]),
  SENTILOOP_RATE_LIMIT: z
    .union([
      z.literal("off"),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number)
        .pipe(z.number().min(MIN_RATE_LIMIT)),
    ])
    .default(DEFAULT_RATE_LIMIT),
  SENTILOOP_TRUSTED_OPERATIONS: z.string().optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("warn"),
});

type Environment = z.infer<typeof environment>;

/** What holds between the variables. */
const consistent = environment.superRefine((env, context) => {
  const wrong = (name: keyof Environment) => context.addIssue({ code: "custom", path: [name], message: name });
  if (!requiresCredentials(env) && !LOOPBACK.includes(env.HOST)) wrong("HOST");
  if (env.SENTILOOP_AUTH === "none" && env.SENTILOOP_OIDC_ISSUER !== undefined) wrong("SENTILOOP_AUTH");
  if (env.SENTILOOP_OIDC_ISSUER !== undefined && env.SENTILOOP_OIDC_AUDIENCE === undefined)
    wrong("SENTILOOP_OIDC_AUDIENCE");
  if (env.SENTILOOP_OIDC_ISSUER === undefined && env.SENTILOOP_OIDC_AUDIENCE !== undefined)
    wrong("SENTILOOP_OIDC_ISSUER");
});

function requiresCredentials(env: Pick<Environment, "SENTILOOP_AUTH" | "SENTILOOP_OIDC_ISSUER">): boolean {
  return env.SENTILOOP_AUTH === "keys" || env.SENTILOOP_OIDC_ISSUER !== undefined;
}

/** What each variable must be, for the person who set it to something else. */
const EXPECTED: Readonly<Record<keyof Environment, string>> = {
  PORT: "a port from 0 to 65535; 0 means any free one",
  HOST: `one of ${LOOPBACK.join(", ")}: without authentication Sentiloop listens on this machine only. With SENTILOOP_AUTH=keys, or an OpenID provider in SENTILOOP_OIDC_ISSUER, it may be any address`,
  SENTILOOP_DATA: "the folder in which everything is kept",
  SENTILOOP_TABLE_PREFIX: "what the names of the DynamoDB tables begin with: letters, digits, _ . -",
  SENTILOOP_DYNAMODB: '"embedded", "aws" or the address of a DynamoDB endpoint',
  SENTILOOP_INFERENCE: "the address of a running inference service; without it one is started",
  SENTILOOP_EXPORT_BUCKET: "the name of the S3 bucket in which export files are kept",
  SENTILOOP_S3: "the address of an S3 endpoint that is not AWS",
  SENTILOOP_AUTH:
    '"keys", to demand an API key (or a token of SENTILOOP_OIDC_ISSUER) of everybody, or "none", which is not possible together with SENTILOOP_OIDC_ISSUER',
  SENTILOOP_OIDC_ISSUER:
    "the issuer of an OpenID provider, exactly as its tokens name it: an https address (http only on this machine)",
  SENTILOOP_OIDC_AUDIENCE:
    "the audiences, or client ids, of the tokens that are meant for Sentiloop, separated by commas; SENTILOOP_OIDC_ISSUER needs it",
  SENTILOOP_OIDC_CLIENT_ID: "the client id with which the page signs people in",
  SENTILOOP_OIDC_KEYS:
    "the issuer's JSON Web Key Set, in place of one that is fetched: for where the issuer cannot be reached",
  SENTILOOP_OIDC_CLAIMS: "the claims of a token that hold scopes or groups, separated by commas",
  SENTILOOP_OIDC_SCOPE_PREFIX: "what stands before the name of a scope in a token's claims",
  SENTILOOP_OIDC_USER_SCOPES: `the scopes of everybody who signs in, separated by commas: ${SCOPES.join(", ")}`,
  SENTILOOP_ORIGINS:
    "the origins whose pages may use the API, separated by commas, each like https://app.example.com with nothing behind it",
  SENTILOOP_RATE_LIMIT: `"off" or a whole number of points a second and client, at least ${MIN_RATE_LIMIT}`,
  SENTILOOP_TRUSTED_OPERATIONS: `.graphql files, or folders of them, separated by "${delimiter}"`,
  LOG_LEVEL: "fatal, error, warn, info, debug, trace or silent",
};

/** The variables that `npm start` reads, each with what it must be, for `--help`. */
export function describeSettings(): string {
  const { SENTILOOP_EXPORT_BUCKET: _bucket, SENTILOOP_S3: _s3, ...local } = EXPECTED;
  return Object.entries(local)
    .map(([name, expected]) => `  ${name}\n      ${expected}`)
    .join("\n");
}

/** Which tokens of an OpenID provider are good, and what they allow. */
export interface OpenIdConfig {
  /** Exactly as the tokens' `iss`. */
  readonly issuer: string;
  /** One of them must be a token's `aud`, or its `client_id` where it has no `aud`. */
  readonly audiences: readonly string[];
  /** With which the page signs people in. */
  readonly clientId: string;
  /** Claims in which scopes or groups are looked for; each word that is `scopePrefix` + a scope grants it. */
  readonly claims: readonly string[];
  readonly scopePrefix: string;
  /** What everybody who signs in may do. */
  readonly userScopes: readonly Scope[];
  /** The issuer's public keys; undefined: they are fetched from it. */
  readonly keys?: JSONWebKeySet | undefined;
}

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
  /** The bucket for export files; undefined: they are kept in the data folder. */
  readonly exportBucket: string | undefined;
  /** The address of an S3 that is not AWS. */
  readonly s3: string | undefined;
  /** Absolute paths of files and folders with operations that clients are known to send. */
  readonly trustedOperations: readonly string[];
  readonly logLevel: string;
  /** Whether everybody must send an API key or a token; else it listens on loopback only. */
  readonly requiresCredentials: boolean;
  readonly openId: OpenIdConfig | undefined;
  /** Origins whose pages may use the API. */
  readonly origins: readonly string[];
  /** Points a second for each client; undefined: no limit. */
  readonly rateLimit: number | undefined;
}

/** @throws an error that names each variable that is not what it must be, and what it must be */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = consistent.safeParse(withoutEmpty(env));
  if (!parsed.success) throw new Error(explained(parsed.error, env));
  return Object.freeze({
    port: parsed.data.PORT,
    host: parsed.data.HOST,
    dataFolder: resolve(parsed.data.SENTILOOP_DATA),
    tablePrefix: parsed.data.SENTILOOP_TABLE_PREFIX,
    dynamoDB: parsed.data.SENTILOOP_DYNAMODB,
    inference: parsed.data.SENTILOOP_INFERENCE,
    exportBucket: parsed.data.SENTILOOP_EXPORT_BUCKET,
    s3: parsed.data.SENTILOOP_S3,
    trustedOperations: (parsed.data.SENTILOOP_TRUSTED_OPERATIONS?.split(delimiter) ?? [])
      .filter((path) => path !== "")
      .map((path) => resolve(path)),
    logLevel: parsed.data.LOG_LEVEL,
    requiresCredentials: requiresCredentials(parsed.data),
    openId: openIdConfig(parsed.data),
    origins: parsed.data.SENTILOOP_ORIGINS,
    rateLimit: parsed.data.SENTILOOP_RATE_LIMIT === "off" ? undefined : parsed.data.SENTILOOP_RATE_LIMIT,
  });
}

function openIdConfig(env: Environment): OpenIdConfig | undefined {
  const { SENTILOOP_OIDC_ISSUER: issuer, SENTILOOP_OIDC_AUDIENCE: audiences = [] } = env;
  if (issuer === undefined) return undefined;
  return Object.freeze({
    issuer,
    audiences,
    clientId: env.SENTILOOP_OIDC_CLIENT_ID ?? audiences[0] ?? "",
    claims: env.SENTILOOP_OIDC_CLAIMS,
    scopePrefix: env.SENTILOOP_OIDC_SCOPE_PREFIX,
    userScopes: env.SENTILOOP_OIDC_USER_SCOPES,
    keys: env.SENTILOOP_OIDC_KEYS,
  });
}

/** How a function that works with the tables alone is to run. */
export interface TablesConfig extends Pick<Config, "tablePrefix" | "logLevel"> {
  /** An endpoint's address; undefined for AWS itself. */
  readonly dynamoDB: string | undefined;
}

/** @throws as `readConfig`, and when DynamoDB would have to be started */
export function readTablesConfig(env: NodeJS.ProcessEnv): TablesConfig {
  const { tablePrefix, dynamoDB, logLevel } = readConfig({ SENTILOOP_DYNAMODB: "aws", ...env });
  if (dynamoDB === "embedded") throw new Error('SENTILOOP_DYNAMODB must be "aws" or an endpoint\'s address here.');
  return Object.freeze({ tablePrefix, dynamoDB: dynamoDB === "aws" ? undefined : dynamoDB, logLevel });
}

/** How the function that writes exports is to run. */
export interface ExporterConfig extends TablesConfig, Pick<Config, "s3"> {
  readonly exportBucket: string;
}

/** @throws as `readTablesConfig`, and when there is no bucket to write to */
export function readExporterConfig(env: NodeJS.ProcessEnv): ExporterConfig {
  const { exportBucket, s3 } = readConfig(env);
  if (exportBucket === undefined) {
    throw new Error(`SENTILOOP_EXPORT_BUCKET is not set, but must be ${EXPECTED.SENTILOOP_EXPORT_BUCKET}.`);
  }
  return Object.freeze({ ...readTablesConfig(env), exportBucket, s3 });
}

/** A variable that is set to nothing counts as not set, as in most shells' scripts. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
}

function explained(error: z.ZodError, env: NodeJS.ProcessEnv): string {
  const names = [...new Set(error.issues.map((issue) => issue.path[0] as keyof typeof EXPECTED))];
  const value = (name: string) => (env[name] === undefined ? "not set" : JSON.stringify(env[name]));
  return names.map((name) => `${name} is ${value(name)}, but must be ${EXPECTED[name]}.`).join("\n");
}

/** How the gateway is to run on AWS Lambda. */
export interface LambdaConfig extends Config {
  /** An address: Lambda starts no inference service of its own. */
  readonly inference: string;
}

/** What AWS Lambda's own defaults are; only /tmp can be written there. */
const LAMBDA_DEFAULTS = { SENTILOOP_DYNAMODB: "aws", SENTILOOP_DATA: "/tmp/sentiloop" };

/**
 * @throws as `readConfig`, and when everybody would be let in, or a part is to run beside the gateway, which nothing
 *   can on Lambda
 */
export function readLambdaConfig(env: NodeJS.ProcessEnv): LambdaConfig {
  const config = readConfig({ ...LAMBDA_DEFAULTS, ...withoutEmpty(env) });
  const { inference, dynamoDB, requiresCredentials: guarded } = config;
  const wrong = (what: string) => new Error(`On AWS Lambda ${what}.`);
  if (!guarded) throw wrong("SENTILOOP_AUTH must be keys, or SENTILOOP_OIDC_ISSUER an OpenID provider");
  if (inference === undefined) throw wrong("SENTILOOP_INFERENCE must be the address of a running inference service");
  if (dynamoDB === "embedded") throw wrong("SENTILOOP_DYNAMODB must be aws or the address of a DynamoDB endpoint");
  return Object.freeze({ ...config, inference });
}
