/** The answer to a GraphQL operation, with the HTTP status that it came with. */
export interface GraphQLResult {
  status: number;
  data: Json;
  errors: { message: string; extensions: Record<string, Json> }[] | undefined;
}

/** Its shape is whatever the operation asked for; tests assert it. */
export type Json = ReturnType<typeof JSON.parse>;

/**
 * Sends one operation to a gateway.
 * @param token sent as bearer token, where there is one
 */
export async function graphql(
  address: string,
  query: string,
  variables?: Record<string, unknown>,
  token?: string,
): Promise<GraphQLResult> {
  const headers = { "content-type": "application/json", ...(token !== undefined && bearer(token)) };
  const answer = await post(address, JSON.stringify({ query, variables }), headers);
  const { data, errors } = JSON.parse(await answer.text());
  return { status: answer.status, data, errors };
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** Sends a body as it is. */
export function post(
  address: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { "content-type": "application/json" },
): Promise<Response> {
  return fetch(`${address}/graphql`, { method: "POST", headers, body });
}

export const PREDICTION_FIELDS = `
  id text emotion confidence probabilities { emotion probability } uncertain uncertaintyReasons modelVersion
  status verifiedEmotion version history { version action emotion actor at } createdAt verifiedAt`;

/** Asks for more than the gateway sends as it is. */
export const LONG_ANSWER = "{ __schema { types { name description fields { name description } } } }";

export const PREDICT = `mutation ($text: String!, $key: String) {
  predict(text: $text, idempotencyKey: $key) { ${PREDICTION_FIELDS} }
}`;

export const APPROVE = `mutation ($id: ID!, $expected: Int) {
  approve(predictionId: $id, expectedVersion: $expected) { ${PREDICTION_FIELDS} }
}`;

export const REVISE = `mutation ($id: ID!, $emotion: Emotion!, $expected: Int) {
  revise(predictionId: $id, emotion: $emotion, expectedVersion: $expected) { ${PREDICTION_FIELDS} }
}`;

export const UNDO = `mutation ($id: ID!, $expected: Int) {
  undo(predictionId: $id, expectedVersion: $expected) { ${PREDICTION_FIELDS} }
}`;

const EXPORT_FIELDS = "id status progress rowCount byteCount sha256 url createdAt expiresAt error";

export const EXPORT_CSV = `mutation ($filter: ExportFilter, $dialect: CsvDialect! = RFC4180) {
  exportCsv(filter: $filter, dialect: $dialect) { ${EXPORT_FIELDS} }
}`;

export const DATASET_EXPORT = `query ($id: ID!) { datasetExport(id: $id) { ${EXPORT_FIELDS} } }`;

/** Asks for an export and waits until it is done, which on a busy machine may be after the first answer. */
export async function exported(address: string, variables: Record<string, unknown>): Promise<Json> {
  const { data } = await graphql(address, EXPORT_CSV, variables);
  let found = data.exportCsv;
  while (found.status === "RUNNING") {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = (await graphql(address, DATASET_EXPORT, { id: found.id })).data.datasetExport;
  }
  return found;
}
