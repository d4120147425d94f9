import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { FileExportStore } from "../../api/src/file-export-store.js";
import { createGateway, type GatewayParts } from "../../api/src/gateway.js";
import { Metrics } from "../../api/src/metrics.js";
import { listen, type ServerLimits } from "../../api/src/server.js";
import { constantParts } from "./constant-parts.js";

/** A gateway over constants instead of a network and a database, listening on a free port in this process. */
export interface ConstantGateway {
  address: string;
  /** How many texts it was asked to classify so far. */
  classified(): number;
  /** Makes classifications wait until the given promise settles. */
  holdUntil(released: Promise<unknown>): void;
  /** What it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface ConstantGatewayOptions extends Partial<GatewayParts> {
  serverLimits?: Partial<ServerLimits>;
}

export async function startConstantGateway({
  serverLimits = {},
  ...parts
}: ConstantGatewayOptions = {}): Promise<ConstantGateway> {
  const folder = mkdtempSync(join(tmpdir(), "sentiloop-constant-"));
  writeFileSync(join(folder, "index.html"), "<title>Sentiloop</title>");
  const { classifier, predictions, idempotency } = constantParts();
  let classified = 0;
  let released: Promise<unknown> = Promise.resolve();
  const files = new FileExportStore(join(folder, "exports"), Buffer.alloc(32, 7));
  const lines: string[] = [];
  const gateway = await createGateway({
    classifier: Object.assign(classifier, {
      classify: counted(classifier.classify),
    }),
    predictions,
    idempotency,
    jobs: constantParts().idempotency as never,
    files,
    downloads: files,
    metrics: new Metrics(),
    page: folder,
    log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
    ...parts,
  });
  function counted(classify: typeof classifier.classify): typeof classifier.classify {
    return async (text) => {
      classified += 1;
      await released;
      return classify(text);
    };
  }
  const server = await listen(gateway.app, { host: "127.0.0.1", port: 0, limits: serverLimits });
  return {
    address: server.address,
    classified: () => classified,
    holdUntil: (until) => {
      released = until;
    },
    log: () => lines.join(""),
    stop: async () => {
      await server.stop();
      await gateway.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
