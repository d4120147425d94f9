/**
 * Which file may import which: webapp → schema.graphql ← api → inference/contract ← inference, and infra imports
 * none of them. `npm run lint` applies these rules, test/architecture shows that they can fail.
 * @type {import("dependency-cruiser").IConfiguration}
 */
export default {
  forbidden: [
    rule("no-cycles", "Files that import each other cannot be understood one at a time.", {}, { circular: true }),
    rule("no-broken-imports", "Nothing is where the import points to.", {}, { couldNotResolve: true }),
    rule(
      "inference-imports-no-other-package",
      "The inference service runs and is released on its own.",
      { path: "^inference/" },
      { path: "^(api|webapp|infra|test)/" },
    ),
    rule(
      "contract-imports-no-implementation",
      "The contract is what others see of inference, without what is behind it.",
      { path: "^inference/contract/" },
      { path: "^inference/", pathNot: "^inference/contract/" },
    ),
    rule(
      "serving-does-not-import-training",
      "Training needs TensorFlow.js; a service that answers predictions must start without it.",
      { path: "^inference/src/" },
      { path: "^inference/training/" },
    ),
    rule(
      "api-imports-only-the-contract",
      "The api speaks to inference over HTTP and knows only @sentiloop/inference/contract.",
      { path: "^api/" },
      { path: "^(inference|webapp|infra|test)/", pathNot: "^inference/dist/contract/" },
    ),
    rule(
      "webapp-imports-no-other-package",
      "The web page knows the api by schema.graphql alone.",
      { path: "^webapp/" },
      { path: "^(inference|api|infra|test)/" },
    ),
    rule(
      "infra-imports-no-other-package",
      "The infrastructure names entry files and output folders of the others, nothing more.",
      { path: "^infra/" },
      { path: "^(inference|api|webapp|test)/" },
    ),
    rule(
      "one-folder-knows-apollo",
      "The page's parts ask what is in api/, so that the GraphQL client can be exchanged in one place.",
      { path: "^webapp/src/", pathNot: "^webapp/src/(api|generated)/" },
      { path: "node_modules/@(apollo|vue/apollo-composable)/" },
    ),
    rule(
      "adapters-keep-aws-to-themselves",
      "What runs on AWS is behind ports, so that the rest of the api works and is tested without it.",
      { path: "^api/src/", pathNot: "^api/src/(dynamodb-|s3-|expiry\\.ts$)" },
      { path: "node_modules/@aws-sdk/" },
    ),
    rule(
      "no-undeclared-packages",
      "A package that is there only because another brought it can vanish: name it in this folder's package.json.",
      { path: "^(inference|api|webapp|infra)/" },
      { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules|(^|/)dist/" },
    exclude: { path: "^test/dist/|/generated/" },
    // Types are imports, too: who needs another's type depends on it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".vue", ".json"],
    },
  },
};

function rule(name, comment, from, to) {
  return { name, comment, severity: "error", from, to };
}
