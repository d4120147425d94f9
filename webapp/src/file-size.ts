const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A number of bytes as people read it: "1.4 MB"; decimal units, as browsers and file managers show. */
export function fileSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const style = { style: "unit", unit: UNITS[power] ?? "byte", maximumFractionDigits: power === 0 ? 0 : 1 } as const;
  return new Intl.NumberFormat("en", { ...style, unitDisplay: power === 0 ? "long" : "short" }).format(
    bytes / 1000 ** power,
  );
}
