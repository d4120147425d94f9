import type { Messages } from "../messages.js";

export const status: Messages["status"] = {
  PENDING: "Offen",
  APPROVED: "Bestätigt",
  REVISED: "Berichtigt",
};
