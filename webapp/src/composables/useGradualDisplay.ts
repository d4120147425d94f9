import { onWatcherCleanup, type Ref, readonly, ref, watch } from "vue";
import { nextPicture } from "../next-task.js";

/**
 * Puts something large on display part by part, one with each picture that the browser draws: on a slow phone, all at once would take
 * long enough to be felt.
 * @param count of its parts
 * @param there whether it is to be on display
 */
export function useGradualDisplay(count: number, there: Readonly<Ref<boolean>> = ref(true)) {
  /** How many parts may be on display. */
  const parts = ref(0);
  let whole = Promise.resolve();

  async function add(wanted: () => boolean): Promise<void> {
    for (parts.value = 1; parts.value < count; parts.value += 1) {
      await nextPicture();
      if (!wanted()) return;
    }
  }

  function begin(): void {
    let wanted = there.value;
    onWatcherCleanup(() => {
      wanted = false;
    });
    whole = add(() => wanted);
  }

  watch(there, begin, { immediate: true });
  return {
    parts: readonly(parts),
    /** Waits until all parts are, or are not wanted any more. */
    untilWhole: () => whole,
  };
}
