/** Which storage: one that outlives the browser, or one that ends with the tab. */
export type StoragePlace = "localStorage" | "sessionStorage";

/** What this browser remembers under a name; null where there is nothing, or where it may not remember. */
export function readStored(name: string, place: StoragePlace = "localStorage"): string | null {
  try {
    return globalThis[place].getItem(name);
  } catch {
    return null;
  }
}

/**
 * Lets this browser remember something, or forget it when it is null.
 * @returns false where storage is switched off or full; it then lasts until the page is left
 */
export function writeStored(name: string, value: string | null, place: StoragePlace = "localStorage"): boolean {
  try {
    if (value === null) globalThis[place].removeItem(name);
    else globalThis[place].setItem(name, value);
    return true;
  } catch {
    return false;
  }
}
