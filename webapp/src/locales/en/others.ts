/** Decisions that somebody else left unsent in this browser. */
export const others = {
  label: "Decisions of somebody else",
  waiting:
    "{count} decision that was made under another sign-in waits in this browser. | {count} decisions that were made under another sign-in wait in this browser.",
  rule: "They are recorded when the person who made them signs in here again, and never under your name.",
  signIn: "Sign in as that person",
  discard: "Discard them",
  question: "Discard {count} decision of somebody else? | Discard {count} decisions of somebody else?",
  consequence: "They were never recorded, and cannot be brought back.",
  keep: "Keep them",
  discardNow: "Discard",
} as const;
