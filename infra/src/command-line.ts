/** Ends the process with 2, what is wrong and the help text. */
export function refuse(message: string, help: string): never {
  console.error(`${message}\n\n${help}`);
  process.exit(2);
}

/** What `parse` makes of the command line; shows the help, or ends the process, when that is all there is to do. */
export function readArguments<T extends { help?: boolean }>(parse: () => T, help: string): T {
  try {
    const values = parse();
    if (!values.help) return values;
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error), help);
  }
  console.log(help);
  process.exit(0);
}
