import { effectScope, watch } from "vue";
import { useOperations } from "../api/useOperations.js";
import { BulkRun } from "../bulk/bulk-run.js";
import { isUnderWay } from "../bulk/bulk-state.js";
import { openWorkerTable } from "../bulk/worker-table.js";
import { PredictManyDocument } from "../generated/graphql.js";

let shared: BulkRun | undefined;

/** The one run of this tab. It goes on while other pages are looked at. */
export function useBulkRun(): BulkRun {
  const { mutate, forgetLists } = useOperations();
  shared ??= effectScope(true).run(() => {
    const run = new BulkRun({
      openTable: openWorkerTable,
      predictMany: async (texts, idempotencyKey) => {
        const { predictMany } = await mutate(PredictManyDocument, { texts: [...texts], idempotencyKey });
        forgetLists();
        return predictMany;
      },
      sleep,
    });
    watch(() => isUnderWay(run.state), warnBeforeLeaving);
    return run;
  });
  return shared as BulkRun;
}

function warnBeforeLeaving(underWay: boolean): void {
  if (underWay) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
