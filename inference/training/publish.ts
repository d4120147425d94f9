export { type Published, publish, type VersionContent, versionName } from "../src/publish.js";
