import type { Page } from "playwright-core";

/** What is wrong with the layout of a page at its present width: scrolls sideways, juts out, lies upon each other. */
export async function layoutFaults(page: Page): Promise<string[]> {
  await page.evaluate(laidOut);
  return page.evaluate(faultsInPage);
}

/** Runs in the page: lets what measures itself do so after a change of the window. */
function laidOut(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50))));
}

/** Runs in the page. */
function faultsInPage(): string[] {
  const CONTROLS = "a[href], button, input, select, textarea, summary";
  const { scrollWidth, clientWidth } = document.documentElement;
  const modal = document.querySelector("dialog[open], [role=dialog], [role=alertdialog]");
  const controls = [...(modal ?? document).querySelectorAll<HTMLElement>(CONTROLS)].filter(isSeen);
  const named = (each: HTMLElement) =>
    `<${each.localName}> ${(each.innerText || each.ariaLabel || each.id).slice(0, 40)}`;
  return [
    ...(scrollWidth > clientWidth ? [`scrolls sideways by ${scrollWidth - clientWidth} px`] : []),
    ...controls.filter(jutsOut).map((each) => `juts out: ${named(each)}`),
    ...controls.flatMap((one, index) =>
      controls
        .slice(index + 1)
        .filter((other) => overlap(one, other))
        .map((other) => `overlap: ${named(one)} and ${named(other)}`),
    ),
  ];

  function isSeen(each: HTMLElement): boolean {
    const { width, height } = each.getBoundingClientRect();
    const floats = each.closest(".problem, .skip-link") !== null;
    return (
      width > 1 && height > 1 && !floats && each.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    );
  }

  function jutsOut(each: HTMLElement): boolean {
    const { left, right } = each.getBoundingClientRect();
    return (left < -1 || right > clientWidth + 1) && !each.closest(".overflow-x-auto");
  }

  function overlap(one: HTMLElement, other: HTMLElement): boolean {
    if (one.contains(other) || other.contains(one)) return false;
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    return wide > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  }
}
