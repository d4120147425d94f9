declare module "dynalite" {
  import type { Server } from "node:http";

  /** A DynamoDB server; kept on disk where `path` is given. Times in milliseconds. */
  export default function dynalite(options: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
