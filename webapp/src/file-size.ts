import { perLanguage } from "./i18n.js";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

const FORMATS = perLanguage((locale) =>
  UNITS.map((unit) => {
    const [digits, unitDisplay] = unit === "byte" ? ([0, "long"] as const) : ([1, "short"] as const);
    return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay, maximumFractionDigits: digits });
  }),
);

/** A number of bytes as people read it: "1.4 MB"; decimal units, as browsers and file managers show. */
export function fileSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return FORMATS.value[power]?.format(bytes / 1000 ** power) ?? "";
}
