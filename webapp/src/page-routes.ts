/**
 * The addresses of the pages that are there, in the order of the navigation. The build writes an HTML file for each,
 * so that any server of files answers them.
 */
export const PAGE_PATHS = {
  predict: "/",
  review: "/review",
  predictions: "/predictions",
  insights: "/insights",
  datasets: "/datasets",
  models: "/models",
} as const;

export type PageName = keyof typeof PAGE_PATHS;
