const PERCENT = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
/** Under this, one decimal of a percent would say that something is impossible. */
const SMALLEST = 0.0005;

/** A probability, 0 to 1, as people read it: "97.2%", "<0.1%". */
export function percent(probability: number): string {
  return probability > 0 && probability < SMALLEST ? "<0.1%" : PERCENT.format(probability);
}
