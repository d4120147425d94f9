/**
 * Lets the browser answer keys and draw before what follows goes on, in a task of its own: work that takes long at once is
 * felt as a page that hangs.
 */
export function nextTask(): Promise<void> {
  // Safari has no scheduler, and neither has what runs the tests outside of a browser.
  const { scheduler } = globalThis as { scheduler?: Partial<Scheduler> };
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/** How long pictures may take to come before nobody looks at the page, in milliseconds: browsers draw none in the background. */
const UNSEEN_AFTER = 100;

/** Lets the browser draw what is on the page by now; what follows goes on after that picture, in a task of its own. */
export function nextPicture(): Promise<void> {
  return new Promise((resolve) => {
    const unseen = setTimeout(resolve, UNSEEN_AFTER);
    requestAnimationFrame(() => {
      clearTimeout(unseen);
      setTimeout(resolve);
    });
  });
}

/** Waits until the browser has nothing else to do, five seconds at most. */
export function nextIdleTime(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 5000 });
    else setTimeout(resolve, 2000);
  });
}
