/** Why somebody could not sign in. */
export interface SignInFailure {
  /**
   * `denied`: the person, or the provider, said no; `ended`: the provider takes the sign-in no longer; `clock`: clocks
   * disagree; `away`: the provider cannot be reached; `insecure`: the page came without TLS; `other`: see `detail`
   */
  readonly reason: "denied" | "ended" | "clock" | "away" | "insecure" | "other";
  /** The provider's words, or the browser's. */
  readonly detail: string;
}
