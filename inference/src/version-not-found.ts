import { ModelError } from "./model-error.js";

/** A version that no registry folder has. */
export class VersionNotFound extends ModelError {
  override name = "VersionNotFound";
}
