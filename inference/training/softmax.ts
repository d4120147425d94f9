/**
 * Probabilities from a network's outputs divided by a temperature; the largest output is subtracted first, so that no
 * exponential overflows. None is 0, the logarithm of which would say nothing about where to look for something better.
 */
export function softmax(logits: Float32Array, temperature = 1): number[] {
  const largest = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => Math.max(weight / sum, Number.MIN_VALUE));
}
