/** The tabs of this browser that show the page. */
export interface Tabs {
  /** This one. */
  readonly own: string;
  /** Calls back once another tab is gone: closed, reloaded or crashed; at once where it is so already. */
  whenGone(tab: string, then: () => void): void;
}

const nameOf = (tab: string) => `sentiloop.tab.${tab}`;

/**
 * Tells living tabs by a lock that each holds as long as it lives, which the browser takes back however that ends.
 * Where there are no locks every other tab counts as gone: two tabs then may send the same decision, and the server
 * records it once.
 */
export function browserTabs(own: string): Tabs {
  // Missing where the page is served without TLS.
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  void locks?.request(nameOf(own), () => new Promise(() => {}));
  return {
    own,
    whenGone: (tab, then) => {
      if (locks) void locks.request(nameOf(tab), then);
      else then();
    },
  };
}
