import { onScopeDispose, readonly, ref, shallowReadonly, shallowRef } from "vue";
import { useOperations } from "../api/useOperations.js";
import { ApiError, toApiError } from "../api-error.js";
import { exportFilterFromChoice } from "../export-selection.js";
import { DatasetExportDocument, ExportCsvDocument, type ExportStateFragment } from "../generated/graphql.js";
import { t } from "../i18n.js";
import { type ExportRequest, type KeptExport, keepExport, onKeptElsewhere, readKeptExport } from "../kept-export.js";
import { useExportExpiry } from "./useExportExpiry.js";

export type DatasetExport = ExportStateFragment;

/** Milliseconds until the first question after a running export, and the most between two questions. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;
/** How much longer each wait is than the one before. */
const BACKOFF = 1.25;
/** Questions that may stay without an answer, one after the other, before the person is told. */
const LOST_ANSWERS = 4;

/**
 * One export of the data set at a time: starts it, follows it until its file is ready, and until that expires. What
 * this browser followed before a reload, or follows in another tab, is followed here too.
 */
export function useDatasetExport() {
  const { query, mutate } = useOperations();
  const current = shallowRef<DatasetExport | null>(null);
  const requested = shallowRef<ExportRequest | null>(null);
  const failure = shallowRef<ApiError | null>(null);
  const running = ref(false);
  const { expired, checkExpiry } = useExportExpiry(current);
  let kept: KeptExport | null = null;
  let disposed = false;

  async function whileRunning(work: () => Promise<void>): Promise<void> {
    if (running.value) return;
    running.value = true;
    failure.value = null;
    try {
      await work();
    } catch (cause) {
      failure.value = toApiError(cause);
    }
    running.value = false;
  }

  function start(request: ExportRequest): Promise<void> {
    return whileRunning(async () => {
      requested.value = request;
      current.value = null;
      kept = null;
      const variables = { dialect: request.dialect, filter: exportFilterFromChoice(request.choice) };
      show((await mutate(ExportCsvDocument, variables)).exportCsv, request);
      await follow();
    });
  }

  /** Goes on with an export that was started before, or in another tab. */
  function pickUp(found: KeptExport): Promise<void> {
    return whileRunning(async () => {
      kept = found;
      requested.value = found.request;
      current.value = null;
      await ask(found);
      await follow();
    });
  }

  /** Follows a running export again, or starts a failed one anew. */
  async function retry(): Promise<void> {
    if (kept) await pickUp(kept);
    else if (requested.value) await start(requested.value);
  }

  async function follow(): Promise<void> {
    let lost = 0;
    for (let wait = FIRST_WAIT; current.value?.status === "RUNNING"; wait = Math.min(wait * BACKOFF, LONGEST_WAIT)) {
      await sleep(wait);
      if (disposed || !kept) return;
      try {
        await ask(kept);
        lost = 0;
      } catch (cause) {
        lost += 1;
        if (lost > LOST_ANSWERS || !current.value) throw cause;
      }
    }
    if (current.value?.status === "FAILED") throw failed(current.value);
  }

  async function ask({ id, request, ready }: KeptExport): Promise<void> {
    const { datasetExport } = await query(DatasetExportDocument, { id });
    if (datasetExport) return show(datasetExport, request);
    keep(null);
    current.value = null;
    // A file that was there has expired; a file that never came is missed.
    if (!ready) throw new ApiError("NOT_FOUND", t("dataset.gone"));
  }

  function show(state: DatasetExport, request: ExportRequest): void {
    current.value = state;
    if (state.status === "FAILED") keep(null);
    else keep({ id: state.id, request, ready: state.status === "READY" });
  }

  function keep(now: KeptExport | null): void {
    if (now && kept?.id === now.id && kept.ready === now.ready) return;
    kept = now;
    keepExport(now);
  }

  const stopListening = onKeptElsewhere((other) => other.id !== kept?.id && void pickUp(other));
  onScopeDispose(() => {
    disposed = true;
    stopListening();
  });
  const before = readKeptExport();
  if (before) void pickUp(before);

  return {
    current: shallowReadonly(current),
    /** What the current export was asked for. */
    requested: shallowReadonly(requested),
    running: readonly(running),
    failure: shallowReadonly(failure),
    expired,
    checkExpiry,
    start,
    retry,
  };
}

function failed({ error }: DatasetExport): ApiError {
  return new ApiError("EXPORT_FAILED", error ?? t("dataset.notWritten"));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
