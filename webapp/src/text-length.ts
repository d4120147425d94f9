/** The most Unicode code points that the server takes, white space around the text not counted. */
export const MAX_LENGTH = 5000;

/** How long a text is, in Unicode code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
