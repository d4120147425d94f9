/** HTML that is finished: it is taken into other HTML as it is. */
export class Html {
  constructor(readonly source: string) {}
}

type Part = Html | string | number | readonly Html[];

/** HTML from a template. What is put in is shown as text, whatever it holds, unless it is `Html` itself. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(literals.reduce((source, literal, index) => source + sourceOf(parts[index - 1] ?? "") + literal));
}

/** Nothing. */
export const NO_HTML = new Html("");

function sourceOf(part: Part): string {
  if (part instanceof Html) return part.source;
  if (typeof part === "object") return part.map(({ source }) => source).join("");
  return escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
