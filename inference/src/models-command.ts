import { userInfo } from "node:os";
import { Command } from "commander";
import { readConfig } from "./config.js";
import { compareOnData } from "./labelled-comparison.js";
import { ModelError } from "./model-error.js";
import { IMPORT_CONTRACT, importVersion } from "./model-import.js";
import { readManifest } from "./model-version.js";
import { Promoter, type Promotion } from "./promotion.js";
import { type ListedVersion, ModelRegistry, starterRegistry } from "./registry.js";
import { runCommand } from "./run-command.js";
import { openVersion } from "./self-check.js";
import { comparability } from "./version-comparison.js";
import { comparisonReport, listReport, showReport } from "./version-report.js";

interface Output {
  json?: boolean;
}

const program = new Command("models")
  .description("Lists, checks, compares and imports model versions, and chooses the one that serves.")
  .addHelpText(
    "after",
    "\nVersions are looked for in SENTILOOP_MODELS (default: models in SENTILOOP_DATA or ./data) and among those that come with Sentiloop; to show, verify and compare, the name serving stands for the one that serves. Running services follow a promotion within a second or two.",
  );

subcommand("list", "Lists every version, and which one serves.", list);
subcommand("show <version>", "Tells all that a version says of itself.", show);
subcommand(
  "verify [version]",
  "Checks a version whole, as a service does before it serves it (default: each).",
  verify,
);
subcommand("promote <version>", "Lets a version serve, if it is in order and not worse on the same test rows.", promote)
  .option("--force", "take it although it measured worse")
  .option("--actor <name>", "who promotes, for the history", currentUser());
subcommand("rollback", "Lets the version serve that served before; again, the one before that.", rollback).option(
  "--actor <name>",
  "who rolls back, for the history",
  currentUser(),
);
subcommand("compare <first> <second>", "Puts the figures of two versions side by side.", compare).option(
  "--data <file>",
  "CSV file with the columns text and emotion, to classify with both",
);
subcommand("import <network>", "Copies a network that was made elsewhere into the registry as a version.", importFiles)
  .requiredOption("--manifest <file>", "JSON file that describes it")
  .requiredOption("--tokenizer <file>", "JSON file of its tokenizer")
  .option("--card <file>", "Markdown file about it, for MODEL_CARD.md")
  .addHelpText("after", IMPORT_CONTRACT);

/** A command under `models`; what its work returns is printed. */
function subcommand<Arguments extends unknown[]>(
  usage: string,
  description: string,
  work: (...given: Arguments) => Promise<{ value: unknown; text: string }>,
): Command {
  return program
    .command(usage)
    .description(description)
    .option("--json", "print the result as one JSON object")
    .action((...given) =>
      runCommand(async () => {
        const { json } = (given.at(-1) as Command).opts<Output>();
        const { value, text } = await work(...(given as unknown as Arguments));
        process.stdout.write(json ? `${JSON.stringify(value)}\n` : text);
      }),
    );
}

function registryOf(): ModelRegistry {
  return new ModelRegistry([modelsFolder(), starterRegistry()]);
}

function modelsFolder(): string {
  return readConfig(process.env).modelsFolder;
}

async function list() {
  const registry = registryOf();
  const { versions, refused } = await registry.list();
  const serving = await servingName(registry);
  const described = versions.map(({ folder, manifest }) => ({
    ...manifest,
    folder,
    serving: manifest.version === serving,
  }));
  return { value: { versions: described, refused }, text: listReport(versions, refused, serving) };
}

async function show(version: string) {
  const registry = registryOf();
  const listed = await listedVersion(registry, version);
  const serving = (await servingName(registry)) === listed.manifest.version;
  return { value: { ...listed.manifest, folder: listed.folder, serving }, text: showReport(listed, serving) };
}

async function verify(version: string | undefined) {
  const registry = registryOf();
  const { versions, refused } = version === undefined ? await registry.list() : { versions: [], refused: [] };
  const folders = version === undefined ? versions.map(({ folder }) => folder) : [await registry.findNamed(version)];
  const reasons = [...refused.map(({ reason }) => reason), ...(await problemsOf(folders))];
  if (reasons.length > 0) throw new ModelError(reasons.join("\n"));
  return { value: { verified: folders }, text: folders.map((folder) => `${folder} is in order.\n`).join("") };
}

async function problemsOf(folders: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const folder of folders) {
    try {
      await (await openVersion(folder)).close();
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      problems.push(error.message);
    }
  }
  return problems;
}

async function promote(version: string, { actor, force }: { actor: string; force?: boolean }) {
  return described(await new Promoter(registryOf()).promote(version, { actor, force }));
}

async function rollback({ actor }: { actor: string }) {
  return described(await new Promoter(registryOf()).rollback(actor));
}

function described({ version, previous, note }: Promotion) {
  const change = version === previous ? `${version} serves already.` : `${version} serves now; before: ${previous}.`;
  return { value: { version, previous, ...(note && { note }) }, text: `${note ? `${note}\n` : ""}${change}\n` };
}

async function compare(first: string, second: string, { data }: { data?: string }) {
  const registry = registryOf();
  const [a, b] = [await listedVersion(registry, first), await listedVersion(registry, second)];
  const onData = data === undefined ? undefined : await compareOnData(data, [a.folder, b.folder]);
  return {
    value: { versions: [a.manifest, b.manifest], ...comparability(a.manifest, b.manifest), onData },
    text: comparisonReport(a.manifest, b.manifest, onData),
  };
}

async function importFiles(network: string, options: { manifest: string; tokenizer: string; card?: string }) {
  const value = await importVersion(modelsFolder(), { network, ...options });
  const { version, folder, already } = value;
  return { value, text: `Version ${version} ${already ? "was already" : "is"} in ${folder}.\n` };
}

async function listedVersion(registry: ModelRegistry, version: string): Promise<ListedVersion> {
  const folder = await registry.findNamed(version);
  return { folder, manifest: await readManifest(folder) };
}

/** What the alias names; undefined when it cannot be read, which is no reason to list nothing. */
async function servingName(registry: ModelRegistry): Promise<string | undefined> {
  try {
    return (await registry.serving()).version;
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as containers have.
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

await program.parseAsync();
