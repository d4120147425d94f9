export * from "./classification.js";
export * from "./dataset.js";
export * from "./emotion.js";
export * from "./text.js";
