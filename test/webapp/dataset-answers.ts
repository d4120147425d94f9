import type { PredictionServer } from "./prediction-server.js";

/** Lets a server export: each export is running until it is finished. */
export function serveExport(server: PredictionServer) {
  const state = {
    id: "E1",
    status: "RUNNING",
    progress: 0.5,
    rowCount: 3,
    byteCount: 90,
    sha256: null as string | null,
    url: null as string | null,
    createdAt: new Date().toISOString(),
    expiresAt: null as string | null,
    error: null,
  };
  server.resolvers = { ...server.resolvers, exportCsv: () => state, datasetExport: () => state };
  const finish = () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    Object.assign(state, {
      status: "READY",
      progress: 1,
      rowCount: 14,
      sha256: "ab".repeat(32),
      url: "/x.csv",
      expiresAt,
    });
  };
  const forget = () => {
    server.resolvers = { ...server.resolvers, datasetExport: () => null };
  };
  return { finish, forget };
}

/** Lets a server predict many texts at once. A text without a letter gets no prediction. */
export function predictTogether(server: PredictionServer): void {
  const { predictions } = server;
  const answerTo = (text: string) =>
    /\p{L}/u.test(text) ? { prediction: predictions.add(text) } : { error: "The text is empty." };
  server.resolvers = { ...server.resolvers, predictMany: ({ texts }: { texts: string[] }) => texts.map(answerTo) };
}
