import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { SCOPES, type Scope } from "./scope.js";

/** An API key as it is stored: all but its secret. */
export interface ApiKey {
  /** 16 hexadecimal digits; a part of the key, so that it is found by one read. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /**
   * Lower-case hex. One round of SHA-256 is enough: the secret is 256 random bits, which nobody finds by trying,
   * however fast the hash. Slow hashes are for passwords, which people choose.
   */
  readonly secretSha256: string;
  readonly createdAt: Date;
  /** null: never. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** People and scanners for leaked secrets recognise a key by it. */
const PREFIX = "sentiloop_";

const KEY = /^sentiloop_([0-9a-f]{16})_([0-9a-f]{64})$/;

export const API_KEY_ID = /^[0-9a-f]{16}$/;

/** Compared with when there is no such key: looking for one takes as long as finding one. */
const HASH_OF_NOTHING = "0".repeat(64);

/** @param expiresAt null: never */
export function createApiKey(name: string, scopes: readonly Scope[], expiresAt: Date | null) {
  const id = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("hex");
  const stored: ApiKey = {
    id,
    name,
    scopes,
    secretSha256: sha256(secret),
    createdAt: new Date(),
    expiresAt,
    revokedAt: null,
  };
  /** `key` is what its owner sends; it is not stored anywhere. */
  return { stored, key: `${PREFIX}${id}_${secret}` };
}

/** Whether a bearer token is meant to be an API key. */
export function isApiKey(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** The parts of a key; undefined when it is malformed. */
export function parseApiKey(key: string): { id: string; secret: string } | undefined {
  const [, id, secret] = KEY.exec(key) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Whether a secret opens a key, in a time that tells nothing about either. */
export function isSecretOf(key: ApiKey | undefined, secret: string): boolean {
  const expected = Buffer.from(key?.secretSha256 ?? HASH_OF_NOTHING);
  return timingSafeEqual(Buffer.from(sha256(secret)), expected) && key !== undefined;
}

export type ApiKeyStatus = "active" | "expired" | "revoked";

export function statusOf({ expiresAt, revokedAt }: ApiKey): ApiKeyStatus {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt.getTime() <= Date.now() ? "expired" : "active";
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const date = z.iso.datetime().transform((text) => new Date(text));

const storedSchema = z.object({
  id: z.string().regex(API_KEY_ID),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  secretSha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdAt: date,
  expiresAt: date.nullable(),
  revokedAt: date.nullable(),
});

/** A key from the JSON in which stores keep it (`JSON.stringify` writes it). */
export function apiKeyFromJson(json: string): ApiKey {
  return storedSchema.parse(JSON.parse(json));
}
