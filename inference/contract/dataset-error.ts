/** A dataset that cannot be trusted: the message says which line, what is wrong and what to do. */
export class DatasetError extends Error {
  override name = "DatasetError";
}
