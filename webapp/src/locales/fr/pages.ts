import type { Messages } from "../messages.js";

export const pages: Messages["pages"] = {
  predict: "Prédire",
  review: "Réviser",
  predictions: "Prédictions",
  insights: "Analyses",
  datasets: "Jeux de données",
  models: "Modèles",
};
