import type { en } from "./en/index.js";
import type { further } from "./further.js";

type English = typeof en & typeof further;

/** The texts of the page in one language, by page and name: what English has, no more and no less. */
export type Messages = {
  readonly [Page in keyof English]: { readonly [Name in keyof English[Page]]: string };
};

/** The name of a text: "predict.submit". */
export type MessageKey = {
  [Page in keyof English & string]: `${Page}.${keyof English[Page] & string}`;
}[keyof English & string];

type EnglishText<Key extends MessageKey> = Key extends `${infer Page extends keyof English & string}.${infer Name}`
  ? English[Page][Name & keyof English[Page]]
  : never;

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** The names that stand in braces in a text: what must be given to put it into words. */
export type ValueName<Key extends MessageKey> = NamesIn<EnglishText<Key>>;
