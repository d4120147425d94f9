import { bulk } from "./en/bulk.js";
import { dataset } from "./en/dataset.js";
import { insights } from "./en/insights.js";
import { models } from "./en/models.js";
import { predictions } from "./en/predictions.js";

/** The English texts of pages that few open first; they come with these pages. */
export const further = { bulk, dataset, insights, models, predictions };
