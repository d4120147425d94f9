/** `npm run lint [-- --fix]`: everything that can be found wrong without running the tests. */
import { countFailedChecks } from "./checks.mjs";

const failed = await countFailedChecks({ fix: process.argv.includes("--fix") });
process.exitCode = failed > 0 ? 1 : 0;
