import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { waitUntilUnlocked } from "./data-folder.js";
import { addMissingIndexes } from "./dynamodb-embedded-indexes.js";
import { tableDefinitions, tableNames } from "./dynamodb-tables.js";

/**
 * The embedded DynamoDB: dynalite in a process of its own, on disk. Started with an IPC channel by
 * `SupervisedProcess`; goes away with its owner, even if that is killed.
 */
const {
  DYNAMODB_PATH: path = "",
  DYNAMODB_PORT: port = "0",
  DYNAMODB_KEY: key = "",
  DYNAMODB_TABLE_PREFIX: prefix = "",
} = process.env;

await waitUntilUnlocked(path);
await addMissingIndexes(path, tableDefinitions(tableNames(prefix)));
const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
const [serve] = server.listeners("request") as ((...exchange: unknown[]) => void)[];
server.removeAllListeners("request");
server.on("request", (request, response) => {
  // dynalite answers anybody, web pages of other origins included: only who knows the key gets through.
  if (key === "" || !request.headers.authorization?.includes(`Credential=${key}/`))
    return response.writeHead(403).end();
  serve?.(request, response);
  // dynalite throws, and so ends the process, when a client goes away in the middle of a request.
  request.removeAllListeners("error").on("error", () => {});
});
server.listen(Number(port), "127.0.0.1", () => {
  process.send?.({ type: "ready", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

function stop(): void {
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

process.on("disconnect", stop);
process.on("SIGTERM", stop);
process.on("SIGINT", () => {});
