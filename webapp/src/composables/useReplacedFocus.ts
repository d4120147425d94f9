import { type Ref, type WatchSource, watch } from "vue";

/**
 * Keeps the keyboard's place where a change of state takes away the control that it is on: it goes to the first
 * button of the area then.
 */
export function useReplacedFocus(area: Readonly<Ref<HTMLElement | null>>, state: WatchSource): void {
  let within = false;
  const remember = () => {
    within = area.value?.contains(document.activeElement) ?? false;
  };
  const giveBack = () => {
    if (within && document.activeElement === document.body)
      area.value?.querySelector("button")?.focus({ preventScroll: true });
  };
  watch(state, remember, { flush: "sync" });
  watch(state, giveBack, { flush: "post" });
}
