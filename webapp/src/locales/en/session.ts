/** Signing in where the server asks for it. */
export const session = {
  title: "Sign in",
  explanation:
    "This server wants to know who you are. Nothing that you did is lost: it goes on once you are signed in.",
  refused: "The server did not accept this key. Check it, or ask whoever runs this service for another one.",
  notTaken: "The server did not accept your sign-in. Sign in again, or tell whoever runs this service.",
  denied: "You were not signed in: you, or whoever runs the sign-in, said no.",
  ended: "Your sign-in has ended. Sign in again.",
  clock: "The clock of this device is wrong. Set it right, then sign in again.",
  away: "Where people sign in cannot be reached right now. Try again in a moment.",
  insecure: "Signing in needs an encrypted connection: open this page by https.",
  other: "Signing in failed. Tell whoever runs this service:",
  key: "API key",
  useKey: "Use an API key instead",
  remember: "Stay signed in on this device",
  signIn: "Sign in",
  signInWithKey: "Sign in with the key",
  signOut: "Sign out",
} as const;
