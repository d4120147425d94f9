import { type ApiKey, statusOf } from "./api-key.js";

const HEAD = ["ID", "STATUS", "SCOPES", "CREATED", "EXPIRES", "NAME"];

/** What may be shown of a key: all but the hash of its secret. */
export function describeApiKey(key: ApiKey) {
  const { secretSha256: _, ...shown } = key;
  return { ...shown, status: statusOf(key) };
}

/** Keys as a table for a terminal. */
export function apiKeyTable(keys: readonly ApiKey[]): string {
  if (keys.length === 0) return "There are no API keys. Make one: npm run keys -- create --name NAME --scope predict\n";
  const rows = [HEAD, ...keys.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((cells) => `${line(cells).trimEnd()}\n`).join("");
}

function row(key: ApiKey): string[] {
  const expires = key.expiresAt === null ? "never" : minute(key.expiresAt);
  return [key.id, statusOf(key), key.scopes.join(","), minute(key.createdAt), expires, key.name];
}

/** In UTC. */
function minute(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
