import { fileURLToPath } from "node:url";
import { InMemoryCache } from "@apollo/client/core/index.js";
import { expect, test } from "@jest/globals";
import { type DocumentNode, print } from "graphql";
import { readTrustedDocuments } from "../../api/src/trusted-documents.js";
import * as generated from "../../webapp/src/generated/graphql.js";

const FOLDER = fileURLToPath(new URL("../../webapp/src/graphql", import.meta.url));

test("the page's operations are trusted character by character as Apollo Client sends them", async () => {
  const trusted = new Set((await readTrustedDocuments([FOLDER])).map(({ text }) => text));
  const documents = Object.entries(generated).filter(([name]) => name.endsWith("Document"));
  expect(documents.length).toBeGreaterThan(5);
  for (const [name, document] of documents) {
    const sent = print(new InMemoryCache().transformDocument(document as DocumentNode));
    expect({ name, isTrusted: trusted.has(sent) }).toEqual({ name, isTrusted: true });
  }
});
