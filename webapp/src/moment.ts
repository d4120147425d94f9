import { perLanguage } from "./i18n.js";

const FORMATS = perLanguage((locale) => ({
  time: new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }),
  day: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }),
  year: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }),
  whole: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
}));

/**
 * A point in time as short as it stays clear: "14:03" today, "23 Nov" this year, else "23 Nov 2025".
 * @param iso ISO 8601
 */
export function moment(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const { time, day, year } = FORMATS.value;
  if (date.toDateString() === now.toDateString()) return time.format(date);
  return (date.getFullYear() === now.getFullYear() ? day : year).format(date);
}

/** A point in time with its day and its minute: "23 Nov 2025, 14:03". @param iso ISO 8601 */
export function wholeMoment(iso: string): string {
  return FORMATS.value.whole.format(new Date(iso));
}

/** A day: "23 Nov 2025". @param iso ISO 8601 */
export function dayOf(iso: string): string {
  return FORMATS.value.year.format(new Date(iso));
}
