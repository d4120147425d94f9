import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { type LANGUAGES, loadFurtherTexts, speak, t } from "../../webapp/src/i18n.js";
import { de } from "../../webapp/src/locales/de/index.js";
import { en } from "../../webapp/src/locales/en/index.js";
import { fr } from "../../webapp/src/locales/fr/index.js";
import { further } from "../../webapp/src/locales/further.js";

const SOURCES = join(import.meta.dirname, "../../webapp/src");

/** All texts of a language by "page.name". */
function textsOf(messages: object): Map<string, string> {
  const pages = Object.entries(messages as Record<string, Record<string, string>>);
  return new Map(
    pages.flatMap(([page, texts]) => Object.entries(texts).map(([name, text]) => [`${page}.${name}`, text])),
  );
}

const english = textsOf({ ...en, ...further });
const translations = { fr: textsOf(fr), de: textsOf(de) };

const valuesIn = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
const formsOf = (text: string) => text.split(" | ").length;

describe.each(["fr", "de"] as const)("in %s", (language) => {
  const texts = translations[language];

  test("every text is there, and none that English lacks", () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...texts].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  test("a text takes the values and has the forms that the English one has", () => {
    const shape = (text: string) => ({ values: valuesIn(text), forms: formsOf(text) });
    for (const [key, text] of english) expect({ key, ...shape(texts.get(key) ?? "") }).toEqual({ key, ...shape(text) });
  });
});

test("every text is used somewhere on the page", () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.(ts|vue)$/.test(file) && !/^(generated|locales)\b/.test(file),
  );
  const source = files.map((file) => readFileSync(join(SOURCES, file), "utf8")).join("\n");
  // `errors.advice${code}` may be any text whose key begins with "errors.advice".
  const composed = [...source.matchAll(/`(\w+\.\w*)\$\{[^`]*\}(\w*)`/g)].map(([, begin = "", end = ""]) => ({
    begin,
    end,
  }));
  const isUsed = (key: string) =>
    source.includes(`"${key}"`) ||
    source.includes(`'${key}'`) ||
    composed.some(({ begin, end }) => key.startsWith(begin) && key.endsWith(end));
  expect([...english.keys()].filter((key) => !isUsed(key))).toEqual([]);
});

test("numbers are written, and their forms chosen, as each language does it", async () => {
  await loadFurtherTexts();
  const rows = async (language: keyof typeof LANGUAGES) => {
    await speak(language);
    return [0, 1, 12_345].map((count) => t("dataset.rows", { count }));
  };
  expect(await rows("de")).toEqual(["0 Zeilen", "1 Zeile", "12.345 Zeilen"]);
  expect(await rows("fr")).toEqual(["0 ligne", "1 ligne", "12\u202f345 lignes"]);
  expect(await rows("en")).toEqual(["0 rows", "1 row", "12,345 rows"]);
});
