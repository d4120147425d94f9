const LENGTH = 40;

/** The beginning of a value that is long, for an error. */
export function excerpt(value: string): string {
  const characters = [...value.slice(0, 4 * LENGTH)];
  return characters.length > LENGTH ? `${characters.slice(0, LENGTH).join("")}…` : value;
}
