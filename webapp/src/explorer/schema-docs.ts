import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
} from "graphql";

/** One line of a type: a field with its arguments and type, or a value of an enum. */
interface Entry {
  signature: string;
  description: string;
}

/**
 * Fills an element with the types of a schema, the operations first.
 * @param find only types that have this in a name; all when it is empty
 */
export function showSchema(into: HTMLElement, schema: GraphQLSchema, find: string): void {
  const roots: (GraphQLNamedType | null | undefined)[] = [schema.getQueryType(), schema.getMutationType()];
  const others = Object.values(schema.getTypeMap()).filter(
    (type) => !roots.includes(type) && !isIntrospectionType(type),
  );
  const wanted = [...roots, ...others].flatMap((type) => {
    if (!type) return [];
    const entries = entriesOf(type).filter(({ signature }) => matches(signature, find));
    return entries.length > 0 || matches(type.name, find) ? [{ type, entries }] : [];
  });
  into.replaceChildren(
    ...wanted.map(({ type, entries }) => typeElement(type, entries, find !== "" || roots[0] === type)),
  );
}

function matches(name: string, find: string): boolean {
  return name.toLowerCase().includes(find.toLowerCase());
}

function entriesOf(type: GraphQLNamedType): Entry[] {
  if (isEnumType(type))
    return type.getValues().map(({ name, description }) => ({ signature: name, description: description ?? "" }));
  if (!isObjectType(type) && !isInputObjectType(type)) return [];
  return Object.values(type.getFields()).map((field) => {
    const args = "args" in field ? field.args.map((arg: GraphQLArgument) => `${arg.name}: ${arg.type}`) : [];
    const signature = `${field.name}${args.length > 0 ? `(${args.join(", ")})` : ""}: ${field.type}`;
    return { signature, description: field.description ?? "" };
  });
}

function typeElement(type: GraphQLNamedType, entries: readonly Entry[], open: boolean): HTMLElement {
  const details = document.createElement("details");
  details.open = open;
  const list = document.createElement("dl");
  for (const { signature, description } of entries) {
    const term = document.createElement("dt");
    term.append(element("code", signature));
    list.append(term, element("dd", description));
  }
  details.append(element("summary", type.name), element("p", type.description ?? ""), list);
  return details;
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
