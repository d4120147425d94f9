import fc from "fast-check";
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from "graphql";

/** Something to send: a document that may or may not be valid, and variables that may or may not fit. */
export interface GeneratedOperation {
  query: string;
  variables: Record<string, unknown>;
}

/** Values to choose from, by the name of the type: as they stand in a document, and as JSON. */
export interface ValuePool {
  literals: Readonly<Record<string, readonly string[]>>;
  values: Readonly<Record<string, readonly unknown[]>>;
}

const DEEPEST = 5;
const JUNK: readonly unknown[] = [null, 7, -1, 1.5, 2 ** 31, 1e300, "", "x", true, [], [null], {}, { a: 1 }, [["x"]]];

type Draw = fc.GeneratorValue;

/** Operations on all fields of a schema, with aliases, fragments, conditions and variables of every kind. */
export function generatedOperations(schema: GraphQLSchema, pool: ValuePool): fc.Arbitrary<GeneratedOperation> {
  return fc.gen().map((draw) => new Generation(schema, pool, draw).operation());
}

class Generation {
  private readonly fragments: { name: string; type: GraphQLObjectType; text: string }[] = [];
  private readonly variables = new Map<string, { declared: string; type: GraphQLInputType | undefined }>();
  private aliases = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly pool: ValuePool,
    private readonly draw: Draw,
  ) {}

  operation(): GeneratedOperation {
    const mutation = this.schema.getMutationType();
    const isMutation = mutation != null && this.one(true, false);
    const root = isMutation ? mutation : (this.schema.getQueryType() as GraphQLObjectType);
    const selection = this.selection(root, 0);
    const declared = [...this.variables].map(([name, variable]) => `$${name}: ${variable.declared}`).join(", ");
    const head = `${isMutation ? "mutation" : "query"} Generated${declared && `(${declared})`}`;
    const used = this.fragments.filter(({ name }) => selection.includes(`...${name}`) || this.isSpread(name));
    const query = [`${head} ${selection}`, ...used.map(({ text }) => text)].join("\n");
    return { query, variables: this.given() };
  }

  private isSpread(name: string): boolean {
    return this.fragments.some(({ text }) => text.includes(`...${name}`));
  }

  private selection(type: GraphQLObjectType, depth: number): string {
    const count = this.number(1, depth === 0 ? 3 : 4);
    return `{ ${Array.from({ length: count }, () => this.selected(type, depth)).join(" ")} }`;
  }

  private selected(type: GraphQLObjectType, depth: number): string {
    const kind = this.number(0, 11);
    if (kind === 0) return `__typename${this.condition()}`;
    if (kind === 1 && depth < DEEPEST) return `...${this.condition()} ${this.selection(type, depth + 1)}`;
    if (kind === 2 && depth < DEEPEST)
      return `... on ${type.name}${this.condition()} ${this.selection(type, depth + 1)}`;
    if (kind === 3 && depth < DEEPEST) return `...${this.fragment(type, depth)}${this.condition()}`;
    return this.field(type, depth);
  }

  private fragment(type: GraphQLObjectType, depth: number): string {
    const known = this.fragments.filter((fragment) => fragment.type === type);
    if (known.length > 0 && this.one(true, false)) return this.one(...known).name;
    const name = `F${this.aliases++}`;
    const text = `fragment ${name} on ${type.name} ${this.selection(type, depth + 1)}`;
    this.fragments.push({ name, type, text });
    return name;
  }

  private field(type: GraphQLObjectType, depth: number): string {
    const all = Object.values(type.getFields());
    const fields = depth < DEEPEST ? all : all.filter((field) => isLeafType(getNamedType(field.type)));
    if (fields.length === 0) return "__typename";
    const field = this.one(...fields);
    const alias = this.one("", "", `a${this.aliases++}: `, "same: ");
    const given = field.args.flatMap((argument) => this.argument(argument));
    const head = `${alias}${field.name}${given.length > 0 ? `(${given.join(", ")})` : ""}${this.condition()}`;
    const named: GraphQLNamedType = getNamedType(field.type);
    return named instanceof GraphQLObjectType ? `${head} ${this.selection(named, depth + 1)}` : head;
  }

  private condition(): string {
    if (this.number(0, 5) > 0) return "";
    const value = this.one("true", "false", "$c0", "$c1", "$c2");
    if (value.startsWith("$")) {
      const declared = this.one("Boolean!", "Boolean = true", "Boolean! = false");
      if (!this.variables.has(value.slice(1))) this.variables.set(value.slice(1), { declared, type: undefined });
    }
    return this.one(` @include(if: ${value})`, ` @skip(if: ${value})`);
  }

  private argument(argument: GraphQLArgument): string[] {
    const isRequired = isNonNullType(argument.type) && argument.defaultValue === undefined;
    if (!isRequired && this.one(true, false)) return [];
    if (this.one(true, false)) return [`${argument.name}: ${this.literal(argument.type)}`];
    const name = `v${this.variables.size}`;
    const type = String(argument.type);
    const nullable = type.replace(/!$/, "");
    const declared = this.one(type, type, nullable, `${nullable}!`, `${nullable} = ${this.literal(argument.type)}`);
    this.variables.set(name, { declared, type: argument.type });
    return [`${argument.name}: $${name}`];
  }

  private literal(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.literal(type.ofType);
    if (this.number(0, 9) === 0) return "null";
    if (isListType(type)) return this.one(`[${this.literal(type.ofType)}]`, this.literal(type.ofType), "[]");
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(() => this.one(true, false));
      return `{ ${fields.map((field) => `${field.name}: ${this.literal(field.type)}`).join(", ")} }`;
    }
    if (isEnumType(type)) return this.one(...type.getValues().map(({ name }) => name));
    return this.one(...(this.pool.literals[type.name] ?? ["null"]));
  }

  private given(): Record<string, unknown> {
    const given: Record<string, unknown> = this.number(0, 4) === 0 ? { unknown: 1 } : {};
    for (const [name, { type }] of this.variables) {
      const kind = this.number(0, 9);
      if (kind === 0) continue;
      if (kind === 1) given[name] = this.one(...JUNK);
      else given[name] = type === undefined ? this.one(true, false) : this.value(type);
    }
    return given;
  }

  private value(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.value(type.ofType);
    if (isListType(type)) return this.one<unknown>([this.value(type.ofType)], this.value(type.ofType), []);
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(() => this.one(true, false));
      return Object.fromEntries(fields.map((field) => [field.name, this.value(field.type)]));
    }
    if (isEnumType(type)) return this.one(...type.getValues().map(({ name }) => name), "NONE");
    return this.one(...(this.pool.values[type.name] ?? [null]));
  }

  private number(min: number, max: number): number {
    return this.draw(fc.nat, { max: max - min }) + min;
  }

  private one<Value>(...values: Value[]): Value {
    return values[this.number(0, values.length - 1)] as Value;
  }
}
