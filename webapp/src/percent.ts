import { perLanguage } from "./i18n.js";

const PERCENT = perLanguage(
  (locale) => new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }),
);
/** Under this, one decimal of a percent would say that something is impossible. */
const SMALLEST = 0.0005;

/** A probability, 0 to 1, as people read it: "97.2%", "<0.1%". */
export function percent(probability: number): string {
  const tiny = probability > 0 && probability < SMALLEST;
  return tiny ? `<${PERCENT.value.format(0.001)}` : PERCENT.value.format(probability);
}
