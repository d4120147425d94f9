/** What a caller may do. `admin` may do everything. */
export const SCOPES = ["predict", "feedback", "export", "admin"] as const;

export type Scope = (typeof SCOPES)[number];

/** The scopes that a caller with these has: `admin` brings all others. */
export function withImplied(scopes: readonly Scope[]): ReadonlySet<Scope> {
  return new Set(scopes.includes("admin") ? SCOPES : scopes);
}
