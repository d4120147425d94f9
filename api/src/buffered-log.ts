import pino, { type Logger } from "pino";

/** In bytes: so much is written at a time, and so much may wait for a reader that is slow; beyond it lines are dropped. */
const WRITTEN_TOGETHER = 8 * 1024;
const MOST_WAITING = 4 * 1024 * 1024;

/** The longest that a line waits, in milliseconds. */
const PATIENCE = 100;

export interface BufferedLogOptions {
  level: string;
  service: string;
  /** A file, or the number of an open one; by default standard error. */
  file?: string | number;
}

/**
 * A log that writes many lines at a time: a write for each line would cost a request more than its parsing. What waits
 * is written when the process ends, unless it is killed.
 */
export function bufferedLog({ level, service, file = 2 }: BufferedLogOptions): Logger {
  const destination = pino.destination({
    dest: file,
    sync: false,
    minLength: WRITTEN_TOGETHER,
    maxLength: MOST_WAITING,
    periodicFlush: PATIENCE,
  });
  return pino({ level, base: { service } }, destination);
}
