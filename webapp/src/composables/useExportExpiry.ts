import { onScopeDispose, readonly, ref, watch } from "vue";
import type { ExportStateFragment } from "../generated/graphql.js";

/** The longest delay that a timer takes, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Whether the file of an export can no longer be downloaded. */
export function useExportExpiry(current: Readonly<{ value: ExportStateFragment | null }>) {
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
