export { everydayFacts } from "./everyday-facts.js";
export { EMOTION_WORDS, NEGATIVE, POSITIVE } from "./lexicon.js";
export { type NegationText, negationTexts } from "./negation-texts.js";
