import { onScopeDispose, readonly, ref, shallowReadonly, shallowRef, watch } from "vue";
import { type CsvDialect, type DatasetExport, type PredictionStatus, useApi } from "../api.js";
import { ApiError, toApiError } from "../api-error.js";
import { t } from "../i18n.js";

/** Which predictions an export holds: those that somebody has judged, or every one. */
export type ExportScope = "JUDGED" | "EVERYTHING";

/** What a person chooses before an export. */
export interface ExportChoice {
  dialect: CsvDialect;
  scope: ExportScope;
}

const STATUSES: Readonly<Record<ExportScope, PredictionStatus[] | undefined>> = {
  JUDGED: undefined,
  EVERYTHING: ["PENDING", "APPROVED", "REVISED"],
};

/** Milliseconds until the first question after a running export, and the most between two questions. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;
/** How much longer each wait is than the one before. */
const BACKOFF = 1.25;
/** Questions that may stay without an answer, one after the other, before the person is told. */
const LOST_ANSWERS = 4;
/** The longest delay that a timer takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** One export of the data set at a time: starts it, follows it until its file is ready, and until that expires. */
export function useDatasetExport() {
  const api = useApi();
  const current = shallowRef<DatasetExport | null>(null);
  const exported = shallowRef<ExportChoice | null>(null);
  const failure = shallowRef<ApiError | null>(null);
  const running = ref(false);
  const { expired, checkExpiry } = useExpiry(current);
  let disposed = false;
  onScopeDispose(() => {
    disposed = true;
  });

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

  function start(choice: ExportChoice): Promise<void> {
    return whileRunning(async () => {
      exported.value = { ...choice };
      current.value = null;
      current.value = await api.startExport(choice.dialect, STATUSES[choice.scope]);
      await follow(current.value.id);
    });
  }

  /** Follows a running export again, or starts a failed one anew. */
  async function retry(): Promise<void> {
    const lost = current.value;
    if (lost?.status === "RUNNING") await whileRunning(() => follow(lost.id));
    else if (exported.value) await start(exported.value);
  }

  async function follow(id: string): Promise<void> {
    let lost = 0;
    for (let wait = FIRST_WAIT; current.value?.status === "RUNNING"; wait = Math.min(wait * BACKOFF, LONGEST_WAIT)) {
      await sleep(wait);
      if (disposed) return;
      try {
        current.value = (await api.fetchExport(id)) ?? gone();
        lost = 0;
      } catch (cause) {
        lost += 1;
        if (lost > LOST_ANSWERS || !current.value) throw cause;
      }
    }
    if (current.value?.status === "FAILED") throw failed(current.value);
  }

  function gone(): never {
    current.value = null;
    throw new ApiError("NOT_FOUND", t("dataset.gone"));
  }

  return {
    current: shallowReadonly(current),
    /** What the current export was asked to hold. */
    exported: shallowReadonly(exported),
    running: readonly(running),
    failure: shallowReadonly(failure),
    expired,
    checkExpiry,
    start,
    retry,
  };
}

/** Whether the file of an export can no longer be downloaded. */
function useExpiry(current: Readonly<{ value: DatasetExport | null }>) {
  const expired = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Looks at the clock: timers sleep while the computer does. Says whether the file has expired. */
  function checkExpiry(): boolean {
    clearTimeout(timer);
    const expiresAt = current.value?.expiresAt;
    const left = expiresAt ? Date.parse(expiresAt) - Date.now() : Number.POSITIVE_INFINITY;
    expired.value = left <= 0;
    if (left > 0 && left !== Number.POSITIVE_INFINITY) timer = setTimeout(checkExpiry, Math.min(left, LONGEST_TIMER));
    return expired.value;
  }

  watch(() => current.value, checkExpiry, { flush: "sync" });
  onScopeDispose(() => clearTimeout(timer));
  return { expired: readonly(expired), checkExpiry };
}

function failed({ error }: DatasetExport): ApiError {
  return new ApiError("EXPORT_FAILED", error ?? t("dataset.notWritten"));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
