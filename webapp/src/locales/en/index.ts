import { app } from "./app.js";
import { decision } from "./decision.js";
import { emotions } from "./emotions.js";
import { errors } from "./errors.js";
import { keys } from "./keys.js";
import { others } from "./others.js";
import { outbox } from "./outbox.js";
import { pages } from "./pages.js";
import { predict } from "./predict.js";
import { review } from "./review.js";
import { session } from "./session.js";
import { status } from "./status.js";

/** The texts of the page, by page and name. `{name}` is a value; " | " separates the forms for one and for many. */
export const en = {
  app,
  decision,
  emotions,
  errors,
  keys,
  others,
  outbox,
  pages,
  predict,
  review,
  session,
  status,
};
