/** A model version, or a registry of them, that cannot be used: the message says which file and why. */
export class ModelError extends Error {
  override name = "ModelError";
}
