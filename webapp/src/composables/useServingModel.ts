import { onScopeDispose, readonly, ref, watch } from "vue";
import { readStored, writeStored } from "../browser-storage.js";
import { useModels } from "./useModels.js";

/** How often the server is asked whether another version serves, in milliseconds. */
const ASK_EVERY = 4000;
const STORED_AS = "sentiloop.served-before";

/**
 * The model versions, kept up to date while the page is seen: other people and programs promote too.
 * @param every milliseconds between two questions
 */
export function useServingModel(every = ASK_EVERY) {
  const list = useModels();
  /** The version that served before the one that serves now, as far as this browser saw it. */
  const before = ref(readStored(STORED_AS));
  /** The version that took over while the page was open. */
  const tookOver = ref<string | null>(null);

  watch(
    () => list.serving.value?.version,
    (now, earlier) => {
      if (now === undefined || earlier === undefined || now === earlier) return;
      before.value = earlier;
      tookOver.value = now;
      writeStored(STORED_AS, earlier);
    },
    { flush: "sync" },
  );

  const timer = setInterval(() => {
    if (!globalThis.document?.hidden) void list.load();
  }, every);
  onScopeDispose(() => clearInterval(timer));

  return { ...list, before: readonly(before), tookOver: readonly(tookOver) };
}
