/** Signing in where the server asks for it. */
export const session = {
  title: "Sign in",
  explanation:
    "This server wants to know who you are. Nothing that you did is lost: it goes on once you are signed in.",
  refused: "The server did not accept this key. Check it, or ask whoever runs this service for another one.",
  key: "API key",
  remember: "Remember the key on this device",
  signIn: "Sign in",
  signOut: "Sign out",
} as const;
