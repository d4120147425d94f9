/** Judging a prediction, on whichever page. */
export const decision = {
  question: "Is {emotion} right?",
  decided: "Your decision",
  approve: "Approve",
  undo: "Undo",
  instead: "Or say what it is instead",
  change: "Or change it to",
  storedPENDING: "not judged yet",
  storedAPPROVED: "{emotion}, approved",
  storedREVISED: "{emotion}, revised",
  saved: "Saved: {decision}",
  undone: "Undone: {decision}",
} as const;
