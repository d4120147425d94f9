import { writeFileSync } from "node:fs";
import { printedSchema } from "./schema.js";

/** `npm run schema`: writes schema.graphql at the top of the repository from the code. */
const target = new URL("../../schema.graphql", import.meta.url);
writeFileSync(target, printedSchema());
console.log("Wrote schema.graphql");
