/** The pages in the navigation and in the title of the window. */
export const pages = {
  predict: "Predict",
  predictions: "Predictions",
} as const;
