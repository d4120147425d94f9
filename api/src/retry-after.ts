/** When a service does not say how long to wait, and the longest that is believed; in milliseconds. */
const DEFAULT = 1000;
const LONGEST = 60_000;

/** How long a Retry-After header, in seconds or as a date, asks to wait; in milliseconds. */
export function retryAfterOf(header: string | string[] | undefined): number {
  const value = String(header ?? "").trim();
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? DEFAULT : Math.min(Math.max(wait, 0), LONGEST);
}
