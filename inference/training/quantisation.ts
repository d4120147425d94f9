/** A table of numbers as bytes: a value is its byte times the scale of its row. */
export interface QuantisedTable {
  values: Int8Array;
  /** One a row. */
  scales: Float32Array;
}

const LARGEST = 127;

/**
 * The nearest table of bytes with one scale a row, chosen so that the row's largest value is exact (symmetric
 * quantisation; Jacob et al., "Quantization and Training of Neural Networks", 2018).
 * @param table rows of `width` numbers
 */
export function quantised(table: Float32Array, width: number): QuantisedTable {
  const scales = new Float32Array(table.length / width);
  const values = new Int8Array(table.length);
  for (let row = 0; row < scales.length; row += 1) {
    const numbers = table.subarray(row * width, (row + 1) * width);
    const scale = Math.fround(numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / LARGEST);
    scales[row] = scale;
    if (scale > 0)
      values.set(
        Int8Array.from(numbers, (value) => Math.round(value / scale)),
        row * width,
      );
  }
  return { values, scales };
}

/** The numbers that a table of bytes stands for. */
export function dequantised({ values, scales }: QuantisedTable): Float32Array {
  const width = values.length / scales.length;
  return Float32Array.from(values, (value, i) => value * (scales[Math.floor(i / width)] ?? 0));
}
