import { ref, watch } from "vue";
import { readStored, writeStored } from "../browser-storage.js";

/** The looks of the page; "system" is whichever the operating system is set to. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED_AS = "sentiloop.theme";

/** The look that the person chose, remembered by this browser where it may remember. */
export function useTheme() {
  const stored = readStored(STORED_AS);
  const theme = ref<Theme>(THEMES.find((each) => each === stored) ?? "system");
  watch(theme, apply, { immediate: true });
  return { theme };
}

function apply(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  writeStored(STORED_AS, theme);
}
