import type { Messages } from "../messages.js";

export const pages: Messages["pages"] = {
  predict: "Vorhersagen",
  predictions: "Alle Vorhersagen",
};
