export const status = {
  PENDING: "Pending",
  APPROVED: "Approved",
  REVISED: "Revised",
} as const;
