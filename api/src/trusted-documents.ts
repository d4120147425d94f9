import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  visit,
} from "graphql";

const EXTENSION = ".graphql";

/** A document that clients are known to send, character by character. */
export interface TrustedDocument {
  text: string;
  /** Where it comes from, for errors. */
  file: string;
}

interface ParsedFile {
  file: string;
  text: string;
  document: DocumentNode;
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/**
 * Reads the operations of clients from files and folders. Operations of a folder may use the fragments of all its
 * files. Of each operation this gives the texts in which clients send it: with its fragments behind it as `print` of
 * graphql-js writes it, the same with the `__typename` fields that Apollo Client adds, and the file as it stands.
 * @param paths of `.graphql` files and of folders of them
 * @throws an error that names the file that cannot be read or parsed
 */
export async function readTrustedDocuments(paths: readonly string[]): Promise<TrustedDocument[]> {
  const groups = await Promise.all(paths.map(readGroup));
  return groups.flatMap(documentsOf);
}

async function readGroup(path: string): Promise<ParsedFile[]> {
  const files = (await stat(path)).isDirectory()
    ? (await readdir(path)).filter((name) => name.endsWith(EXTENSION)).map((name) => join(path, name))
    : [path];
  return Promise.all(files.toSorted().map(readParsed));
}

async function readParsed(file: string): Promise<ParsedFile> {
  const text = await readFile(file, "utf8");
  try {
    return { file, text, document: parse(text) };
  } catch (error) {
    throw new Error(`${file} is no GraphQL document: ${(error as Error).message}`);
  }
}

function documentsOf(group: readonly ParsedFile[]): TrustedDocument[] {
  const fragments = new Map(
    group.flatMap(({ document }) => document.definitions.filter(isFragment)).map((node) => [node.name.value, node]),
  );
  return group.flatMap(({ file, text, document }) => {
    const operations = document.definitions.filter(isOperation);
    const standalone = operations.map((operation) => withFragments(operation, fragments));
    const printed = standalone.flatMap((each) => [print(each), print(withTypenames(each))]);
    return [...new Set([...asItStands(text, document), ...printed])].map((each) => ({ text: each, file }));
  });
}

/** The text of a file that is a whole document: it has operations, and of the fragments just those that they use. */
function asItStands(text: string, { definitions }: DocumentNode): string[] {
  const own = new Map(definitions.filter(isFragment).map((node) => [node.name.value, node]));
  const used = new Set(definitions.filter(isOperation).flatMap((operation) => usedFragments(operation, own)));
  const isWhole = used.size > 0 ? used.size === own.size : own.size === 0 && definitions.length > 0;
  return isWhole && definitions.every((definition) => spreads(definition).every((name) => own.has(name)))
    ? [text, text.trim()]
    : [];
}

function isOperation(node: DefinitionNode): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION;
}

function isFragment(node: DefinitionNode): node is FragmentDefinitionNode {
  return node.kind === Kind.FRAGMENT_DEFINITION;
}

function withFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: [operation, ...usedFragments(operation, fragments)] };
}

/** In the order of their first use. One that is missing is reported when the document is validated. */
function usedFragments(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  const used = new Set<FragmentDefinitionNode>();
  const follow = (node: DefinitionNode): void => {
    for (const name of spreads(node)) {
      const fragment = fragments.get(name);
      if (fragment === undefined || used.has(fragment)) continue;
      used.add(fragment);
      follow(fragment);
    }
  };
  follow(operation);
  return [...used];
}

function spreads(definition: DefinitionNode): string[] {
  const names: string[] = [];
  visit(definition, { FragmentSpread: ({ name }) => void names.push(name.value) });
  return names;
}

/** As Apollo Client does it: `__typename` behind the fields of every selection but that of the operation itself. */
function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave(node, _key, parent): SelectionSetNode | undefined {
        if (parent !== undefined && "kind" in parent && parent.kind === Kind.OPERATION_DEFINITION) return undefined;
        const names = node.selections.flatMap((each) => (each.kind === Kind.FIELD ? each.name.value : []));
        if (names.some((name) => name.startsWith("__"))) return undefined;
        return { ...node, selections: [...node.selections, TYPENAME] };
      },
    },
  });
}
