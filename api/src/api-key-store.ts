import type { ApiKey } from "./api-key.js";

/** Where API keys are kept, revoked ones too. */
export interface ApiKeyStore {
  /** Stores a new key; it can be found by every process once this ends. */
  add(key: ApiKey): Promise<void>;
  /** One read. */
  find(id: string): Promise<ApiKey | undefined>;
  /** All keys, the oldest first. */
  list(): Promise<ApiKey[]>;
  /**
   * Ends a key for good; one that was revoked before keeps the time of that.
   * @returns the key as it is now; undefined when there is none with this id
   */
  revoke(id: string): Promise<ApiKey | undefined>;
}
