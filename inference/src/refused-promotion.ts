/** The version that should serve instead of the one that does, but cannot. */
export interface RefusedPromotion {
  /** Null when it cannot even be read which version should serve. */
  version: string | null;
  reason: string;
}
