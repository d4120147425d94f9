/** A stream of random numbers that a seed fixes, whatever the machine. */
export class Random {
  /** Where the stream stands: a stream that is given the state of another goes on like it. */
  state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** The next number, from 0 up to but not including 1 (Mulberry32 by Tommy Ettinger, public domain). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Numbers from `-limit` to `limit`. */
  uniform(count: number, limit: number): Float32Array {
    return Float32Array.from({ length: count }, () => (2 * this.next() - 1) * limit);
  }

  /** The factors of inverted dropout: 0 with probability `rate`, else what keeps the expected sum. */
  dropout(count: number, rate: number): Float32Array {
    const kept = 1 / (1 - rate);
    const factors = new Float32Array(count);
    for (let i = 0; i < count; i += 1) factors[i] = this.next() < rate ? 0 : kept;
    return factors;
  }

  /** The same items in another order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.next() * (last + 1));
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }
}
