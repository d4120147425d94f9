import type { Answer } from "./prediction-server.js";

/** Answers that the server works out at once but sends only when the gate is opened. */
export function held(): { answer: Answer; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const answer: Answer = async (_operation, execute) => {
    const result = await execute();
    await opened;
    return result;
  };
  return { answer, open };
}
