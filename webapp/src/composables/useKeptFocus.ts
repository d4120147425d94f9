import { type Ref, watch } from "vue";

/**
 * Keeps the keyboard's place where a request disables or replaces the button that started it: once the request
 * is answered, focus returns to that button, or to the first one in its place.
 * @param area the part of the page that the request changes
 */
export function useKeptFocus(area: Readonly<Ref<HTMLElement | null>>, busy: Readonly<Ref<boolean>>): void {
  let left: HTMLElement | null = null;

  const remember = (isBusy: boolean) => {
    const focused = document.activeElement;
    if (isBusy) left = focused instanceof HTMLElement && area.value?.contains(focused) ? focused : null;
  };
  const giveBack = (isBusy: boolean) => {
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (isBusy || !left || !(lost || document.activeElement === left)) return;
    const usable = left.isConnected && !left.matches(":disabled");
    (usable ? left : area.value?.querySelector<HTMLElement>("button:enabled"))?.focus({ preventScroll: true });
    left = null;
  };

  watch(busy, remember, { flush: "sync" });
  watch(busy, giveBack, { flush: "post" });
}
