import { createHash } from "node:crypto";

/**
 * A short hash that nearly equal texts share: case, punctuation, white space and the forms in which Unicode can
 * spell a character make no difference. A text without letters and digits is only like itself.
 * @returns 32 hexadecimal digits
 */
export function textFingerprint(text: string): string {
  const canonical = text.normalize("NFKC").toLowerCase();
  const words = canonical.match(/[\p{L}\p{M}\p{N}]+/gu);
  const compared = words === null ? canonical.trim() : words.join(" ");
  return createHash("sha256").update(compared).digest("hex").slice(0, 32);
}
