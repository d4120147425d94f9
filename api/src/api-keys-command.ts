import { Command, InvalidArgumentError, Option } from "commander";
import { API_KEY_ID, createApiKey, parseApiKey } from "./api-key.js";
import { parseLifetime } from "./api-key-lifetime.js";
import { apiKeyTable, describeApiKey } from "./api-key-report.js";
import type { ApiKeyStore } from "./api-key-store.js";
import { readConfig } from "./config.js";
import { createApiKeyStore } from "./create-api-key-store.js";
import { SCOPES, type Scope } from "./scope.js";

/** `npm run keys`: makes, lists and revokes API keys, whether the server runs or not. */

interface Result {
  /** For `--json`. */
  value: unknown;
  text: string;
}

const program = new Command("keys")
  .description("Makes, lists and revokes API keys. Keys are demanded where Sentiloop runs with SENTILOOP_AUTH=keys.")
  .addHelpText(
    "after",
    "\nThe keys are those of the data folder SENTILOOP_DATA (default: data), or of the DynamoDB in SENTILOOP_DYNAMODB; the server may run meanwhile. A revoked key stops working within seconds.",
  );

subcommand("create", "Makes a key and shows it, this once.", create)
  .requiredOption("--name <name>", "what to call it: who or what will use it", parseName)
  .addOption(
    new Option("--scope <scope>", "what it may do; repeat it for several")
      .choices(SCOPES)
      .argParser(addScope)
      .makeOptionMandatory(),
  )
  .option(
    "--expires <time>",
    "for how long it is good, like 12h, 90d or 8w (default: until it is revoked)",
    parseExpiry,
  );
subcommand("list", "Lists all keys, also revoked and expired ones.", list);
subcommand("revoke <id>", "Ends a key for good. Takes its id, or the key itself.", revoke);

function subcommand<Arguments extends unknown[]>(
  usage: string,
  description: string,
  work: (store: ApiKeyStore, ...given: Arguments) => Promise<Result>,
): Command {
  return program
    .command(usage)
    .description(description)
    .option("--json", "print the result as one JSON object")
    .action(async (...given) => {
      try {
        const store = await createApiKeyStore(readConfig(process.env));
        const { value, text } = await work(store, ...(given as unknown as Arguments));
        const { json } = (given.at(-1) as Command).opts<{ json?: boolean }>();
        process.stdout.write(json ? `${JSON.stringify(value)}\n` : text);
      } catch (error) {
        process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
        process.exitCode = 1;
      }
    });
}

async function create(store: ApiKeyStore, options: { name: string; scope: Scope[]; expires?: Date }): Promise<Result> {
  const { stored, key } = createApiKey(options.name, options.scope, options.expires ?? null);
  await store.add(stored);
  const end = stored.expiresAt === null ? "until it is revoked" : `until ${stored.expiresAt.toISOString()}`;
  return {
    value: { ...describeApiKey(stored), key },
    text: `The key ${stored.id} may ${stored.scopes.join(", ")} and is good ${end}.\nKeep it now, it is never shown again:\n\n${key}\n`,
  };
}

async function list(store: ApiKeyStore): Promise<Result> {
  const keys = await store.list();
  return { value: { keys: keys.map(describeApiKey) }, text: apiKeyTable(keys) };
}

async function revoke(store: ApiKeyStore, given: string): Promise<Result> {
  const id = parseApiKey(given)?.id ?? given;
  const revoked = API_KEY_ID.test(id) ? await store.revoke(id) : undefined;
  // Not repeated in full: it may be a mistyped key, and its secret.
  if (revoked === undefined)
    throw new Error(`There is no key ${JSON.stringify(id.slice(0, 16))}. See npm run keys -- list.`);
  return { value: describeApiKey(revoked), text: `The key ${id} (${revoked.name}) is revoked.\n` };
}

function parseName(text: string): string {
  const name = text.trim();
  if (/^[^\p{Cc}\p{Zl}\p{Zp}]{1,100}$/u.test(name)) return name;
  throw new InvalidArgumentError("It must be 1 to 100 characters in one line.");
}

function addScope(text: string, before: Scope[] | undefined): Scope[] {
  const scope = SCOPES.find((each) => each === text);
  if (scope === undefined) throw new InvalidArgumentError(`Scopes are ${SCOPES.join(", ")}.`);
  return [...new Set([...(before ?? []), scope])];
}

function parseExpiry(text: string): Date {
  const lifetime = parseLifetime(text);
  if (lifetime === undefined) throw new InvalidArgumentError("It must be like 12h, 90d or 8w, at most ten years.");
  return new Date(Date.now() + lifetime);
}

await program.parseAsync();
