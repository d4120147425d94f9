/** The pages in the navigation and in the title of the window. */
export const pages = {
  predict: "Predict",
  review: "Review",
  predictions: "Predictions",
  insights: "Insights",
  datasets: "Datasets",
  models: "Models",
} as const;
