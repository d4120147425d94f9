import { onScopeDispose, type Ref, ref } from "vue";
import { readStored, writeStored } from "../browser-storage.js";

const STORED_AS = "sentiloop.draft";

/**
 * The text that the person is writing. In this tab it outlives a reload, another page, and the way to a
 * sign-in and back; it is in the browser's storage only in between.
 */
export function useDraft(): Ref<string> {
  const text = ref(readStored(STORED_AS, "sessionStorage") ?? "");
  writeStored(STORED_AS, null, "sessionStorage");
  const keep = () => writeStored(STORED_AS, text.value || null, "sessionStorage");
  if (globalThis.window) {
    addEventListener("pagehide", keep);
    onScopeDispose(() => {
      keep();
      removeEventListener("pagehide", keep);
    });
  }
  return text;
}
