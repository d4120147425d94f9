/** Jest runs the TypeScript sources as native ES modules; swc takes the types away. */
export default {
  rootDir: "..",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  testEnvironment: "<rootDir>/test/support/environment.js",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      {
        jsc: {
          target: "es2022",
          parser: { syntax: "typescript", decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
        },
        module: { type: "es6" },
      },
    ],
  },
  moduleNameMapper: {
    "^(\\.{1,2}/.*)\\.js$": "$1",
    // Apollo Client takes its CommonJS build for an ES module.
    "^@wry/equality$": "<rootDir>/node_modules/@wry/equality/lib/index.js",
    "^@sentiloop/inference/contract$": "<rootDir>/inference/contract/index.ts",
  },
  // Only what hangs takes so long: a busy machine is no reason to fail.
  testTimeout: 180_000,
};
