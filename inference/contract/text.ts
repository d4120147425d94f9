/** The most Unicode code points that a text may have once white space around it is trimmed. */
export const MAX_TEXT_CODE_POINTS = 5000;

/**
 * What keeps a text from being classified, in words for the person who sent it, or undefined when
 * nothing does. A text is judged trimmed, but kept and classified exactly as sent.
 */
export function textProblem(text: string): string | undefined {
  if (text.includes("\0")) return "The text contains a NUL character (U+0000). Remove it.";
  if (!text.isWellFormed()) {
    return "The text contains a lone surrogate, which is half of a Unicode character. Send whole characters.";
  }
  const length = codePoints(text.trim());
  if (length === 0) return "The text is empty. Type at least one character that is not white space.";
  if (length > MAX_TEXT_CODE_POINTS) {
    return `The text has ${length} characters; at most ${MAX_TEXT_CODE_POINTS} are allowed. Shorten it.`;
  }
  return undefined;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
