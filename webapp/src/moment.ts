import { perLanguage } from "./i18n.js";

const TIME = perLanguage((locale) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }));
const DAY = perLanguage((locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }));
const YEAR = perLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }),
);
const WHOLE = perLanguage((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }));

/**
 * A point in time as short as it stays clear: "14:03" today, "23 Nov" this year, else "23 Nov 2025".
 * @param iso ISO 8601
 */
export function moment(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) return TIME.value.format(date);
  return (date.getFullYear() === now.getFullYear() ? DAY : YEAR).value.format(date);
}

/** A point in time with its day and its minute: "23 Nov 2025, 14:03". @param iso ISO 8601 */
export function wholeMoment(iso: string): string {
  return WHOLE.value.format(new Date(iso));
}

/** A day: "23 Nov 2025". @param iso ISO 8601 */
export function dayOf(iso: string): string {
  return YEAR.value.format(new Date(iso));
}
