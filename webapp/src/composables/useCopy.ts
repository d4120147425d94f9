import { onScopeDispose, ref } from "vue";

/** How long "copied" is said, in milliseconds. */
const SAID_FOR = 3000;

/** Puts a text onto the clipboard; `outcome` says for a moment whether that worked. */
export function useCopy() {
  const outcome = ref<"none" | "copied" | "refused">("none");
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      outcome.value = "copied";
    } catch {
      outcome.value = "refused";
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      outcome.value = "none";
    }, SAID_FOR);
  }

  return { outcome, copy };
}
