import { createApp, effectScope, watchEffect } from "vue";
import { connectApi } from "../../webapp/src/api/connect-api.js";
import { connectOutbox } from "../../webapp/src/composables/useOutbox.js";
import type { OutboxParts } from "../../webapp/src/outbox.js";
import type { PredictionServer } from "./prediction-server.js";

/** What a page's set-up gave, and the way to leave the page. */
export type Page<State> = State & { leave(): void };

/** Runs composables as a page does that is connected with the server, without any browser. */
export function openPage<State extends object>(
  server: PredictionServer,
  setup: () => State,
  outbox: Partial<OutboxParts> = {},
): Page<State> {
  const app = createApp({}).use(connectApi(server.uri)).use(connectOutbox(outbox));
  const scope = effectScope();
  const state = app.runWithContext(() => scope.run(setup));
  if (!state) throw new Error("The page was left before it was set up.");
  return { ...state, leave: () => scope.stop() };
}

/** Waits until a condition on reactive state holds. */
export function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = watchEffect(() => {
      if (!condition()) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}
