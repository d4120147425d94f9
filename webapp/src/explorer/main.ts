import { buildSchema, type GraphQLSchema, parse, validate } from "graphql";
import { EXAMPLES, type Example } from "./examples.js";
import "./explorer.css";
import { showSchema } from "./schema-docs.js";

/** The explorer: asks this origin and no other, and keeps the key for as long as the tab is open. */

const KEY = "sentiloop-explorer-key";

function byId<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`explorer.html has no #${id}`);
  return found as T;
}

const key = byId<HTMLInputElement>("key");
const example = byId<HTMLSelectElement>("example");
const operation = byId<HTMLTextAreaElement>("operation");
const variables = byId<HTMLTextAreaElement>("variables");
const find = byId<HTMLInputElement>("find");

let schema: GraphQLSchema | undefined;
/** Only the answer to the last request is shown, whichever comes last. */
let lastRun = 0;

function headers(): Record<string, string> {
  const given = key.value.trim();
  return given === "" ? {} : { authorization: `Bearer ${given}` };
}

async function loadSchema(): Promise<void> {
  const answer = await fetch("/schema.graphql", { headers: headers() });
  const docs = byId("docs");
  schema = answer.ok ? buildSchema(await answer.text()) : undefined;
  if (schema === undefined) docs.textContent = "Enter an API key above to see the schema.";
  else showSchema(docs, schema, find.value.trim());
}

function show({ operation: text, variables: values }: Example): void {
  operation.value = text;
  variables.value = JSON.stringify(values, null, 2);
  check();
}

/** Says what the schema has against the operation, before it is sent. */
function check(): void {
  byId("problems").textContent = schema === undefined ? "" : problemsOf(schema, operation.value).join("\n");
}

function problemsOf(known: GraphQLSchema, text: string): string[] {
  try {
    return validate(known, parse(text)).map(({ message }) => message);
  } catch (error) {
    return [(error as Error).message];
  }
}

async function run(): Promise<void> {
  lastRun += 1;
  const thisRun = lastRun;
  const start = performance.now();
  byId("status").textContent = "Running…";
  const { status, text } = await send().catch((error: Error) => ({ status: "Not sent", text: error.message }));
  if (thisRun !== lastRun) return;
  byId("status").textContent = `${status} in ${Math.round(performance.now() - start)} ms`;
  byId<HTMLTextAreaElement>("answer").value = text;
}

async function send(): Promise<{ status: string; text: string }> {
  const body = JSON.stringify({ query: operation.value, variables: readVariables() });
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers() },
    body,
  });
  return { status: `HTTP ${answer.status}`, text: pretty(await answer.text()) };
}

function readVariables(): unknown {
  try {
    return JSON.parse(variables.value.trim() || "{}");
  } catch (error) {
    throw new Error(`The variables are not valid JSON: ${(error as Error).message}`);
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function start(): void {
  key.value = sessionStorage.getItem(KEY) ?? "";
  example.append(...EXAMPLES.map(({ title }, index) => new Option(title, String(index))));
  example.addEventListener("change", () => {
    const chosen = EXAMPLES[Number(example.value)];
    if (chosen) show(chosen);
  });
  key.addEventListener("change", () => {
    sessionStorage.setItem(KEY, key.value.trim());
    void loadSchema().then(check);
  });
  find.addEventListener("input", () => schema && showSchema(byId("docs"), schema, find.value.trim()));
  operation.addEventListener("input", check);
  byId("run").addEventListener("click", () => void run());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void run();
  });
  if (EXAMPLES[0]) show(EXAMPLES[0]);
  void loadSchema().then(check);
}

start();
