import { createHash, randomFillSync } from "node:crypto";
import { decodeTime, monotonicFactory } from "ulid";

/** A ULID, and the time in it: milliseconds since 1970. */
export interface Ulid {
  id: string;
  time: number;
}

/** Crockford's Base32. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The digits of a ULID's time. */
const TIME_DIGITS = 10;

/** Of the sixteen that are left, two tell the place in a list and these tell the list. */
const LIST_DIGITS = 14;

/** Random bytes that are fetched from the operating system at a time. */
const POOL = 4096;

/**
 * Makes ids that ascend, also within one millisecond. The library's own source of randomness asks the operating system
 * sixteen times for one id, which costs more than all the rest of a request's parsing.
 */
export function ascendingUlids(): () => Ulid {
  const bytes = Buffer.alloc(POOL);
  let at = POOL;
  let time = 0;
  const next = monotonicFactory(() => {
    if (at === POOL) {
      randomFillSync(bytes);
      at = 0;
    }
    const random = bytes[at++] as number;
    return random / 256;
  });
  return () => {
    // A clock that is set back must not set the ids back.
    time = Math.max(time, Date.now());
    return { id: next(time), time };
  };
}

/**
 * The id of one of several things that one id stands for: of the same time, ascending with the place, and the same
 * whenever it is asked for. It is a hash of that id, because the ids that follow it may be somebody else's.
 * @param place 0 to 1023
 */
export function derivedUlid(id: string, place: number): Ulid {
  const digest = createHash("sha256").update(id).digest();
  const list = Array.from(digest.subarray(0, LIST_DIGITS), digit).join("");
  return { id: `${id.slice(0, TIME_DIGITS)}${digit(place >> 5)}${digit(place)}${list}`, time: decodeTime(id) };
}

function digit(value: number): string {
  return DIGITS.charAt(value & 31);
}
