import { EMOTIONS, type Emotion } from "../../contract/index.js";
import type { Random } from "../random.js";
import { distinct, filled, pick, type Slots } from "./grammar.js";
import { WORD_FORMS } from "./lexicon.js";

/** A made-up text with the probabilities that a network should give, in the order of EMOTIONS. */
export interface NegationText {
  text: string;
  target: Float32Array;
}

/** The probability of an emotion that a text names; the others share the rest. */
const NAMED = 0.88;
const NEGATIVE_EMOTIONS = EMOTIONS.filter((emotion) => emotion !== "joy");

// Who the sentence is about, with the forms that agree: `S2` is what stands for `S` the second time.
const FIRST_PERSON: Slots = {
  S: ["I"],
  S2: ["I"],
  was: ["was"],
  is: ["am"],
  do: ["do"],
  have: ["have"],
  feel: ["feel"],
  refuse: ["refuse"],
  my: ["my"],
  me: ["me"],
  myself: ["myself"],
};
const HE: Slots = {
  S: ["he", "my brother", "my father", "my boss", "my husband", "Tom", "the boy"],
  S2: ["he"],
  was: ["was"],
  is: ["is"],
  do: ["does"],
  have: ["has"],
  feel: ["feels"],
  refuse: ["refuses"],
  my: ["his"],
  me: ["him"],
  myself: ["himself"],
};
const SHE: Slots = {
  ...HE,
  S: ["she", "my sister", "my mother", "my wife", "Anna", "the girl", "our teacher"],
  S2: ["she"],
  my: ["her"],
  me: ["her"],
  myself: ["herself"],
};
const WE: Slots = {
  ...FIRST_PERSON,
  S: ["we"],
  S2: ["we"],
  was: ["were"],
  is: ["are"],
  my: ["our"],
  me: ["us"],
  myself: ["ourselves"],
};
const THEY: Slots = {
  ...WE,
  S: ["they", "my parents", "the children", "my friends"],
  S2: ["they"],
  my: ["their"],
  me: ["them"],
  myself: ["themselves"],
};
const PERSONS = [FIRST_PERSON, FIRST_PERSON, FIRST_PERSON, FIRST_PERSON, HE, SHE, WE, THEY];

const CIRCUMSTANCES: Slots = {
  start: [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "honestly, ",
    "to tell the truth, ",
    "in the end, ",
    "after the meeting, ",
    "that evening, ",
    "when the letter came, ",
    "strangely, ",
    "looking back, ",
    "when it was over, ",
    "last Monday ",
    "as it turned out, ",
    "during the talk, ",
    "at that moment, ",
    "this time, ",
    "on the way home, ",
  ],
  startNow: ["", "", "", "honestly, ", "to tell the truth, ", "in fact, ", "to be honest, "],
  end: [
    "",
    "",
    "",
    "",
    "{circumstance}",
    "{circumstance}",
    "{circumstance}",
    "{circumstance}",
    "{circumstance}",
    " about it",
    " about what happened",
    " because of the letter",
    " because of what was said",
    " about the decision",
  ],
  circumstance: [
    " when the phone rang",
    " after the call",
    " when the news came",
    " at work",
    " that day",
    " at home",
    " when the door opened",
    " during the conversation",
    " on the train",
    " at the reunion",
    " in front of the others",
    " after the visit",
    " during the break",
    " at the station",
    " in the kitchen",
    " before dinner",
    " at the shop",
  ],
  now: [" any more", " at the moment", "", "", " about it", " about what happened"],
  soNow: ["", " about it", " about what happened", " at work", " at home"],
  went: [
    "is gone",
    "is all gone",
    "has gone",
    "has disappeared",
    "has faded",
    "was gone",
    "disappeared",
    "went away",
    "was over",
    "had passed",
    "vanished",
    "had left {me}",
  ],
  thing: [
    "the news",
    "his answer",
    "the noise",
    "that story",
    "the letter",
    "the joke",
    "her remark",
    "the film",
    "the question",
  ],
  felt: ["{adj}{end}", "{phrase}"],
};

/** What an emotion is about, so that its words come with their usual neighbours. */
const PHRASES: Readonly<Record<Emotion, readonly string[]>> = {
  anger: [
    "angry with him",
    "mad at her",
    "angry about the delay",
    "annoyed by the noise",
    "furious about the mistake",
    "angry at the neighbours",
    "irritated by the questions",
    "annoyed with a colleague",
    "bitter about the divorce",
  ],
  disgust: [
    "disgusted by the smell",
    "disgusted by the food",
    "revolted by the sight",
    "repelled by the taste",
    "sickened by the pictures",
    "nauseated by the blood",
    "disgusted by the dirt",
    "appalled by the mess",
    "disgusted by insects",
    "disgusted by the rotten meat",
  ],
  fear: [
    "afraid of dogs",
    "afraid of the dark",
    "scared of heights",
    "worried about the exam",
    "nervous about the interview",
    "anxious about the results",
    "afraid of flying",
    "scared of spiders",
    "frightened by the noise",
    "afraid of the dentist",
    "afraid of walking home alone",
    "scared of storms",
    "afraid of falling",
  ],
  guilt: [
    "guilty about the lie",
    "guilty about the money",
    "sorry about the broken vase",
    "guilty about leaving early",
    "remorseful about the argument",
    "sorry for the mistake",
    "guilty about saying no",
    "guilty about the accident",
    "guilty for sleeping late",
    "guilty when {S2} went home early",
  ],
  joy: [
    "happy about the news",
    "glad about the invitation",
    "proud of the result",
    "excited about the trip",
    "pleased with the gift",
    "delighted by the visit",
    "happy with the new job",
    "thrilled about the party",
  ],
  sadness: [
    "sad about the move",
    "sad about the goodbye",
    "heartbroken over the divorce",
    "unhappy about the breakup",
    "depressed about the loss",
    "lonely in the new town",
    "sad about the funeral",
    "miserable in the hospital",
  ],
  shame: [
    "ashamed of the mistake",
    "embarrassed about the stain",
    "ashamed of {my} clothes",
    "humiliated by the joke",
    "embarrassed by the question",
    "ashamed of the bad mark",
    "embarrassed in front of the class",
    "ashamed of {my} family",
    "embarrassed to sing in front of others",
    "ashamed when {S2} fell on the stairs",
  ],
};

const DENIALS = [
  "{start}{S} {was}n't {felt}.",
  "{start}{S} {was} not at all {felt}.",
  "{start}{S} did not feel {adj}{end}.",
  "{start}{S} didn't feel {adj}{end}.",
  "{startNow}{S} {do} not feel {adj}{now}.",
  "{startNow}{S} {do}n't feel {adj}{now}.",
  "{startNow}{S} {is} no longer {phrase}.",
  "{start}{S} {was} no longer {adj}{end}.",
  "{start}{S} never felt {adj}{end}.",
  "{start}{S} {was} never {felt}.",
  "{startNow}{S} {have} never been {phrase}.",
  "{start}{S} {was} hardly {adj}{end}.",
  "{start}{S} never felt less {adj}{end}.",
  "{start}{my} {noun} {went}.",
  "{start}there was no {noun} in it.",
  "{start}there was no reason for {noun}{end}.",
  "{start}{S} felt no {noun}{end}.",
  "{startNow}{S} {feel} no {noun}{now}.",
  "{start}{S} said it without any {noun}.",
  "{start}{S} answered without {noun}{end}.",
  "{start}{S} stopped being {phrase}.",
  "{start}{S} stopped feeling {adj}{end}.",
  "{startNow}{S} {refuse} to feel {adj}{soNow}.",
  "{start}{S} refused to be {phrase}.",
  "{start}{S} {was} anything but {adj}{end}.",
  "{start}{S} {was} far from {adj}{end}.",
  "{start}nobody was {felt}.",
  "{start}{S} had no reason to be {phrase}.",
  "{startNow}there is no need to be {phrase}.",
  "{start}{S} {was} neither {adj} nor {adj2}.",
  "{startNow}{S} {have} no {noun} left.",
  "{start}{S} got over {my} {noun}.",
  "{start}{S} lost all {my} {noun}.",
  "{startNow}{S} {do} not have to be {phrase}.",
  "{startNow}{S} cannot say that {S2} {was} {felt}.",
  "{start}it was not {noun} that {S} felt.",
  "{startNow}{S} {is} not {felt}.",
  "{startNow}{S} {is} not {phrase}.",
  "{startNow}I'm not {felt}.",
  "{startNow}I'm not {phrase}.",
  "{startNow}{S} {do}n't feel {phrase}.",
  "{start}{S} didn't feel {phrase}.",
  "{start}{S} {was} not {phrase}.",
  "{start}{S} {was} not in the least {felt}.",
  "{start}{S} {was} not a bit {felt}.",
  "{start}{S} {was} not {adj} for a second{end}.",
  "{startNow}why should {S} be {felt}? {S} {is} not.",
  "{startNow}should {S} be {felt}? No, {S2} {is} not.",
  "{start}somebody asked whether {S} {was} {felt}, and {S2} {was} not.",
  "{start}it gave {me} no {noun}{end}.",
];
const CAUSE_DENIALS = [
  "{start}it didn't {cause} {me}{end}.",
  "{start}it did not {cause} {me} at all.",
  "{start}{thing} didn't {cause} {me}.",
  "{startNow}{thing} no longer {causes} {me}.",
  "{startNow}{thing} hardly {causes} {me}.",
  "{startNow}nothing can {cause} {me} any more.",
];
const OWN_DENIALS: Readonly<Record<Emotion, readonly string[]>> = {
  anger: [
    "{start}{S} didn't lose {my} temper{end}.",
    "{start}{S} bore no grudge{end}.",
    "{startNow}{S} {do}n't hate anyone.",
  ],
  disgust: [
    "{start}it was not disgusting at all.",
    "{start}there was nothing gross about it.",
    "{start}it didn't make {me} feel sick{end}.",
  ],
  fear: [
    "{startNow}there is nothing to be afraid of.",
    "{start}there was nothing to worry about{end}.",
    "{start}{S} didn't panic{end}.",
  ],
  guilt: [
    "{startNow}{S} {have} nothing to feel guilty about.",
    "{startNow}{S} {do} not regret it.",
    "{start}{S} didn't regret the decision{circumstance}.",
  ],
  joy: ["{start}{S} didn't enjoy it.", "{start}it was no fun{circumstance}.", "{start}{S} couldn't laugh{end}."],
  sadness: [
    "{start}{S} didn't cry{circumstance}.",
    "{start}{S} shed no tears{circumstance}.",
    "{startNow}{S} {is} not lonely any more.",
  ],
  shame: [
    "{start}it was nothing to be ashamed of.",
    "{startNow}{S} {have} nothing to be ashamed of.",
    "{start}{S} didn't blush{circumstance}.",
  ],
};
const ASSERTIONS = [
  "{start}{S} {was} {felt}.",
  "{start}{S} felt {adj}{end}.",
  "{start}{S} {was} really {felt}.",
  "{startNow}{S} {feel} so {adj}{soNow}.",
  "{startNow}{S} {is} {phrase}.",
  "{start}{S} {was} really {phrase}.",
  "{start}{S} felt a lot of {noun}{end}.",
  "{start}{S} {was} full of {noun}{end}.",
  "{start}{S} could not hide {my} {noun}{end}.",
  "{start}{S} {was} never so {adj}.",
  "{startNow}{S} {have} never been so {adj}.",
  "{start}{S} had never felt so {adj}.",
  "{start}{S} {was} not only {adj} but {adj2}{end}.",
  "{start}{S} couldn't help feeling {adj}{end}.",
  "{start}{S} couldn't stop feeling {adj}.",
  "{start}nobody was as {adj} as {S} {was}.",
  "{startNow}there is no end to {my} {noun}.",
  "{startNow}{S} cannot forget the {noun}.",
  "{start}there was nothing but {noun}.",
  "{startNow}{S} {do}n't know why {S2} {feel} so {adj}.",
  "{start}no wonder {S} {was} {adj}{end}.",
  "{start}{S} couldn't have been more {adj}.",
  "{start}{S} {was} {adj}, not just tired.",
];
const OWN_ASSERTIONS: Readonly<Record<Emotion, readonly string[]>> = {
  anger: ["{start}{S} couldn't be angrier.", "{start}{S} could not control {my} temper{end}."],
  disgust: ["{start}{S} couldn't stand the disgusting smell.", "{start}{S} couldn't eat it because it was gross."],
  fear: ["{start}{S} couldn't sleep for fear.", "{start}{S} couldn't stop worrying{end}."],
  guilt: ["{startNow}{S} cannot forgive {myself} for the lie.", "{start}{S} couldn't stop blaming {myself}{end}."],
  joy: ["{start}{S} couldn't be happier.", "{start}{S} couldn't stop smiling{end}.", "{start}{S} couldn't be prouder."],
  sadness: ["{startNow}{S} can't stop crying.", "{start}{S} couldn't hold back the tears{end}."],
  shame: ["{start}{S} couldn't look at anyone for shame.", "{start}{S} couldn't stop blushing{end}."],
};
const REVERSALS = [
  "{start}{S} {was}n't {adj}, {S2} {was} {other}.",
  "{start}{S} {was} not {adj} but {other}{end}.",
  "{start}{S} expected to be {adj} but {S2} {was} {other}.",
  "{start}{S} didn't feel {adj}, {S2} felt {other}{end}.",
  "{start}it was not {noun}, it was {otherNoun}.",
  "{start}instead of {noun}, {S} felt {otherNoun}{end}.",
  "{startNow}{S} {is} no longer {adj}, only {other}.",
  "{start}{S} {was} more {other} than {adj}{end}.",
  "{start}{S} thought that {S2} would be {adj}, but {S2} {was} just {other}.",
  "{start}{my} {noun} turned into {otherNoun}{circumstance}.",
  "{start}{S} {was} {other} rather than {adj}{end}.",
  "{start}everyone expected {me} to be {adj}, but {S2} {was} {other}.",
];

/** The kinds of texts, with the share of each and how one is made. */
const KINDS: readonly { share: number; make: (random: Random) => NegationText }[] = [
  { share: 0.5, make: (random) => denial(random, pick(random, NEGATIVE_EMOTIONS)) },
  { share: 0.1, make: (random) => denial(random, "joy") },
  { share: 0.18, make: reversal },
  { share: 0.22, make: assertion },
];

/**
 * Made-up texts that teach what a negation does to the words of an emotion: half deny one of the six
 * unpleasant emotions, a tenth deny joy, 18 % deny one and name another, and the rest name an emotion
 * although some of them have a negator. No text comes twice; the order is random.
 * @throws RangeError when the grammar has not so many different texts
 */
export function negationTexts(random: Random, count: number): NegationText[] {
  const texts = distinct(
    count,
    (index) => kindOf(index / count).make(random),
    ({ text }) => text,
  );
  return random.shuffled(texts);
}

function kindOf(position: number): (typeof KINDS)[number] {
  let before = 0;
  const kind = KINDS.find(({ share }) => {
    before += share;
    return position < before;
  });
  return kind ?? (KINDS[KINDS.length - 1] as (typeof KINDS)[number]);
}

function denial(random: Random, emotion: Emotion): NegationText {
  const caused = WORD_FORMS[emotion].causes.length > 0 ? CAUSE_DENIALS : [];
  const pattern = pick(random, [...DENIALS, ...caused, ...OWN_DENIALS[emotion]]);
  const target =
    emotion === "joy" ? targetOf({ joy: 0.03, sadness: 0.35, anger: 0.2 }) : targetOf({ [emotion]: 0.06, joy: 0.2 });
  return { text: filled(random, pattern, slotsOf(random, emotion)), target };
}

function reversal(random: Random): NegationText {
  const [denied, named] = random.shuffled(EMOTIONS) as [Emotion, Emotion];
  const { adjectives, nouns } = WORD_FORMS[named];
  const slots = { ...slotsOf(random, denied), other: adjectives, otherNoun: nouns };
  return { text: filled(random, pick(random, REVERSALS), slots), target: targetOf({ [named]: NAMED }) };
}

function assertion(random: Random): NegationText {
  const emotion = pick(random, EMOTIONS);
  const pattern = pick(random, [...ASSERTIONS, ...OWN_ASSERTIONS[emotion]]);
  return { text: filled(random, pattern, slotsOf(random, emotion)), target: targetOf({ [emotion]: NAMED }) };
}

function slotsOf(random: Random, emotion: Emotion): Slots {
  const { adjectives, nouns, causes } = WORD_FORMS[emotion];
  const [adjective = "", another = ""] = random.shuffled(adjectives);
  return {
    ...CIRCUMSTANCES,
    // A sentence has a circumstance at its start or its end; both would contradict each other.
    ...pick(random, [{ start: [""] }, { end: [""], circumstance: [""] }]),
    ...pick(random, PERSONS),
    adj: [adjective],
    adj2: [another],
    noun: nouns,
    phrase: PHRASES[emotion],
    cause: causes,
    causes: causes.map(thirdPerson),
  };
}

/** "worry" → "worries", "embarrass" → "embarrasses". */
function thirdPerson(verb: string): string {
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ies`;
  return /(?:s|sh|ch|x)$/.test(verb) ? `${verb}es` : `${verb}s`;
}

/** Probabilities with what is given, and what remains of 1 in equal parts for the others. */
function targetOf(given: Partial<Record<Emotion, number>>): Float32Array {
  const sum = Object.values(given).reduce((total, probability) => total + probability, 0);
  const rest = (1 - sum) / (EMOTIONS.length - Object.keys(given).length);
  return Float32Array.from(EMOTIONS, (emotion) => given[emotion] ?? rest);
}
