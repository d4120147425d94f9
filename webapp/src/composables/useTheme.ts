import { ref, watch } from "vue";

/** The looks of the page; "system" is whichever the operating system is set to. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "sentiloop.theme";

/** The look that the person chose, remembered by this browser where it may remember. */
export function useTheme() {
  const theme = ref<Theme>(remembered());
  watch(theme, apply, { immediate: true });
  return { theme };
}

function remembered(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    return "system";
  }
}

function apply(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage is switched off in this browser: the choice lasts until the page is left.
  }
}
