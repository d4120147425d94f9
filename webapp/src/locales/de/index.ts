import type { Messages } from "../messages.js";
import { app } from "./app.js";
import { bulk } from "./bulk.js";
import { dataset } from "./dataset.js";
import { decision } from "./decision.js";
import { emotions } from "./emotions.js";
import { errors } from "./errors.js";
import { insights } from "./insights.js";
import { keys } from "./keys.js";
import { models } from "./models.js";
import { others } from "./others.js";
import { outbox } from "./outbox.js";
import { pages } from "./pages.js";
import { predict } from "./predict.js";
import { predictions } from "./predictions.js";
import { review } from "./review.js";
import { session } from "./session.js";
import { status } from "./status.js";

export const de: Messages = {
  app,
  bulk,
  dataset,
  decision,
  emotions,
  errors,
  insights,
  keys,
  models,
  others,
  outbox,
  pages,
  predict,
  predictions,
  review,
  session,
  status,
};
