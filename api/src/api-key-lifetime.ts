/** In hours. */
const UNITS = { h: 1, d: 24, w: 7 * 24 } as const;

/** Ten years; who wants longer wants no end at all. */
const MAX_HOURS = 10 * 365 * 24;

/**
 * How long a key lasts, as a person writes it: like `12h`, `90d` or `8w`.
 * @returns milliseconds; undefined when it is written otherwise or longer than ten years
 */
export function parseLifetime(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const hours = Number(count) * UNITS[unit as keyof typeof UNITS];
  return hours > MAX_HOURS ? undefined : hours * 3600 * 1000;
}
