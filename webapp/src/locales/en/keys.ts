/** The dialog that tells which keys do what. */
export const keys = {
  title: "Keys",
  open: "Show the keys",
  close: "Close",
  introduction: "On Predict and Review, without touching the mouse:",
  approve: "Approve",
  undo: "Take the last decision back",
  skip: "Skip the sentence (on Review)",
  write: "Write a sentence (on Predict)",
  help: "Show or hide this",
  inBox:
    "In the sentence box, where letters write: Alt + Enter approves, Alt + 1 to 7 choose, Alt + Z takes back, Esc leaves the box.",
  single: "Single letters and digits decide",
} as const;
