/** Decisions on their way to the server. */
export const outbox = {
  saving: "Saving: {decision}",
  kept: "Kept in this browser until it can be sent: {decision}",
  waiting: "{count} decision waits in this browser. | {count} decisions wait in this browser.",
  sendNow: "Send now",
  unrecorded: "Decisions that need you",
  conflict: "Somebody else decided meanwhile",
  refused: "Your decision was not recorded",
  gone: "This prediction is not there any more.",
  yours: "Your decision",
  theirs: "Recorded",
  keepMine: "Keep mine",
  keepTheirs: "Keep theirs",
  discard: "Discard my decision",
  more: "and {count} more | and {count} more",
} as const;
