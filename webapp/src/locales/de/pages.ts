import type { Messages } from "../messages.js";

export const pages: Messages["pages"] = {
  predict: "Vorhersagen",
  review: "Prüfen",
  predictions: "Alle Vorhersagen",
  insights: "Auswertung",
  datasets: "Datensätze",
  models: "Modelle",
};
