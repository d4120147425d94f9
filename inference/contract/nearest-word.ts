/**
 * The word that a misspelt one was probably meant to be: the same in another case, or the one with the least
 * edit distance (Levenshtein, 1966) when that is at most 2 and less than half of the word's length.
 */
export function nearestWord(misspelt: string, words: readonly string[]): string | undefined {
  const typed = misspelt.trim().toLowerCase();
  const longest = Math.max(...words.map((word) => word.length));
  if (typed.length > longest + MAX_EDITS) return undefined;
  const distances = words.map((word) => ({ word, edits: editDistance(typed, word.toLowerCase()) }));
  const nearest = distances.reduce((best, each) => (each.edits < best.edits ? each : best), {
    word: "",
    edits: Number.POSITIVE_INFINITY,
  });
  return nearest.edits <= MAX_EDITS && 2 * nearest.edits < nearest.word.length ? nearest.word : undefined;
}

const MAX_EDITS = 2;

function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = at(above, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, at(above, column) + 1, at(current, column - 1) + 1));
    }
    above = current;
  }
  return at(above, to.length);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.POSITIVE_INFINITY;
}
