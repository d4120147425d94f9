import { perLanguage } from "./i18n.js";

const FORMATS = perLanguage((locale) => ({
  time: new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }),
  day: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }),
  year: new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }),
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
