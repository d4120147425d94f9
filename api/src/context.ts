/** What every resolver knows of the request that it answers. */
export interface Context {
  /** Names the request in the log and, should it fail unexpectedly, to the client. */
  requestId: string;
  /** Who asks; recorded with each decision. */
  actor: string;
}
