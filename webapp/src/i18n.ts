import { type ComputedRef, computed, readonly, ref, shallowRef } from "vue";
import { createI18n } from "vue-i18n";
import { readStored, writeStored } from "./browser-storage.js";
import { en } from "./locales/en/index.js";
import type { MessageKey, Messages, ValueName } from "./locales/messages.js";
import { nextTask } from "./next-task.js";

export type { MessageKey } from "./locales/messages.js";

/** The languages of the page, each by its own name. */
export const LANGUAGES = { en: "English", fr: "Français", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const STORED_AS = "sentiloop.language";

/** English comes with the page and stands in until another language is there. */
const LOADERS: Readonly<Record<Exclude<Language, "en">, () => Promise<Messages>>> = {
  fr: async () => (await import("./locales/fr/index.js")).fr,
  de: async () => (await import("./locales/de/index.js")).de,
};

const { global: i18n } = createI18n({
  legacy: false,
  locale: "en" as Language,
  fallbackLocale: "en" as Language,
  messages: { en } as unknown as Record<Language, Messages>,
  // In French nothing is singular: "0 ligne".
  pluralRules: { fr: (count: number) => (count > 1 ? 1 : 0) },
});

const current = ref<Language>("en");
/** Texts without values, once they were looked up. A long list asks for the same few words again and again. */
const known = shallowRef(new Map<MessageKey, string>());
/** The language that the page speaks now. */
export const language = readonly(current);

/**
 * The language tag for Intl: as exact as the browser knows it ("en-US"), because days and hours are written in
 * different ways within one language.
 */
const intlLocale = computed(() => {
  const exact = preferredTags().find((tag) => tag.split("-")[0] === current.value);
  return exact ?? (current.value === "en" ? "en-GB" : current.value);
});

let furtherThere = false;

/** Brings the English of pages that few open first; the other languages always come whole. */
export async function loadFurtherTexts(): Promise<void> {
  const { further } = await import("./locales/further.js");
  // Each of those pages asks for them, and whatever shows a text is drawn anew when there are others.
  if (furtherThere) return;
  furtherThere = true;
  i18n.mergeLocaleMessage("en", further as unknown as Messages);
  known.value = new Map();
}

const formats: ComputedRef<unknown>[] = [];

/** Something that Intl makes for a language, made anew when the person chooses another one. */
export function perLanguage<Format>(make: (locale: string) => Format): ComputedRef<Format> {
  const format = computed(() => make(intlLocale.value));
  formats.push(format);
  return format;
}

/** Makes what Intl has not been asked for yet, one thing in a task: on a slow phone, each takes long enough to hold up a key. */
export async function makeFormats(): Promise<void> {
  for (const format of formats) {
    await nextTask();
    void format.value;
  }
}

const WHOLE_NUMBERS = perLanguage((locale) => new Intl.NumberFormat(locale));

type Values<Key extends MessageKey> = [ValueName<Key>] extends [never]
  ? []
  : [values: Readonly<Record<ValueName<Key>, string | number>>];

/**
 * Puts a text into the language of the person. Numbers are written as that language writes them; a value named
 * `count` also chooses between the forms for one and for many, which a text separates by " | ".
 */
export function t<Key extends MessageKey>(key: Key, ...rest: Values<Key>): string {
  const values: Readonly<Record<string, string | number>> | undefined = rest[0];
  if (!values) return plain(key);
  const written = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inWords(value)]));
  return typeof values.count === "number" ? i18n.t(key, written, values.count) : i18n.t(key, written);
}

function plain(key: MessageKey): string {
  const texts = known.value;
  const text = texts.get(key) ?? i18n.t(key);
  texts.set(key, text);
  return text;
}

function inWords(value: string | number): string {
  return typeof value === "number" ? WHOLE_NUMBERS.value.format(value) : value;
}

/** Speaks a language from now on, as soon as its texts are there. This browser remembers it. */
export async function speak(wanted: Language): Promise<void> {
  await load(wanted);
  writeStored(STORED_AS, wanted);
}

/** Speaks what the person chose before, else the first language of the browser that the page knows. */
export async function speakPreferred(): Promise<void> {
  const wanted = [readStored(STORED_AS) ?? "", ...preferredTags().map((tag) => tag.split("-")[0] ?? "")];
  await load(wanted.find(isLanguage) ?? "en").catch(stayEnglish);
}

async function load(wanted: Language): Promise<void> {
  if (wanted !== "en") i18n.setLocaleMessage(wanted, await LOADERS[wanted]());
  i18n.locale.value = wanted;
  current.value = wanted;
  known.value = new Map();
  if (globalThis.document) document.documentElement.lang = wanted;
}

/** The texts could not be fetched: the page is better in English than not there. */
function stayEnglish(): void {}

function isLanguage(name: string): name is Language {
  return name in LANGUAGES;
}

function preferredTags(): readonly string[] {
  // Outside of a browser there is nobody whose language it could be.
  return globalThis.document ? navigator.languages.filter(isTag) : [];
}

/** Browsers also give what is no tag: Chromium says "en-US@posix" where the system has no language. */
function isTag(given: string): boolean {
  try {
    return Intl.getCanonicalLocales(given).length > 0;
  } catch {
    return false;
  }
}
