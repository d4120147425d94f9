import type { Messages } from "../messages.js";

export const status: Messages["status"] = {
  PENDING: "En attente",
  APPROVED: "Approuvée",
  REVISED: "Corrigée",
};
