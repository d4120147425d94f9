/**
 * Lets the browser answer keys and draw before what follows goes on, in a task of its own: work that takes long at once is
 * felt as a page that hangs.
 */
export function nextTask(): Promise<void> {
  // Safari has no scheduler, and neither has what runs the tests outside of a browser.
  const { scheduler } = globalThis as { scheduler?: Partial<Scheduler> };
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/** Waits until the browser has nothing else to do, five seconds at most. */
export function nextIdleTime(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => resolve(), { timeout: 5000 });
    else setTimeout(resolve, 2000);
  });
}
