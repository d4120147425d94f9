/**
 * Stands in for the TypeScript compiler: copies api/src/*.ts to api/dist/*.js and notes in calls.log when it
 * starts and ends. A source that says BROKEN makes it fail, SLOW makes it take a second, ENDLESS never end.
 */
const { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync } = require("node:fs");

const sources = readdirSync("api/src");
const said = sources.map((file) => readFileSync(`api/src/${file}`, "utf8")).join();

function compile() {
  mkdirSync("api/dist", { recursive: true });
  for (const file of sources) cpSync(`api/src/${file}`, `api/dist/${file.replace(/ts$/, "js")}`);
  appendFileSync("calls.log", "end\n");
}

appendFileSync("calls.log", "start\n");
if (said.includes("BROKEN")) {
  console.log("api/src/local.ts(1,1): this is broken");
  process.exitCode = 1;
} else if (said.includes("ENDLESS")) {
  setInterval(() => {}, 1000);
} else {
  setTimeout(compile, said.includes("SLOW") ? 1000 : 0);
}
