import { EMOTIONS, type Emotion } from "../../contract/index.js";

/** The words of an emotion by what they are in a sentence. */
interface WordForms {
  /** What fits after "I am" and "I feel". */
  adjectives: readonly string[];
  /** What fits after "without" and "my". */
  nouns: readonly string[];
  /** What fits into "it did not … me"; empty where English has no such verb. */
  causes: readonly string[];
  /** Inflections and further words that no grammar uses. */
  others: readonly string[];
}

function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}

/** The words of each emotion by part of speech, in lower case. */
export const WORD_FORMS: Readonly<Record<Emotion, WordForms>> = {
  anger: {
    adjectives: words(
      "angry mad furious annoyed irritated enraged outraged resentful bitter frustrated indignant cross",
    ),
    nouns: words("anger rage fury irritation resentment annoyance frustration"),
    causes: words("anger annoy irritate infuriate enrage frustrate"),
    others: words(
      `angered angering angrier angrily annoying annoys infuriated infuriating irritating irritates enraging enrages
      frustrating hate hated hates hating hatred hateful livid hostile hostility outrage outrageous offended resent
      resented temper wrath irate fuming seething aggravated provoked pissed vengeful grudge yelled yelling shouted`,
    ),
  },
  disgust: {
    adjectives: words("disgusted revolted repelled nauseated sickened repulsed appalled"),
    nouns: words("disgust revulsion nausea repulsion aversion loathing"),
    causes: words("disgust repel sicken revolt nauseate repulse"),
    others: words(
      `disgusting disgusts disgustingly gross grossed nasty filthy filth revolting repulsive repulses repellent repugnant
      nauseous nauseating sickening vile foul yuck yucky vomit vomited vomiting puke loathe loathed loathes stinking
      stench rotten abhorrent distaste distasteful`,
    ),
  },
  fear: {
    adjectives: words(
      "afraid scared frightened terrified worried anxious nervous fearful alarmed petrified panicky uneasy",
    ),
    nouns: words("fear panic anxiety worry terror dread nervousness"),
    causes: words("scare frighten terrify worry alarm"),
    others: words(
      `fears feared fearing fright frightening frightens scary scares scaring terrifying terrifies horror horrified panicked
      panicking worries worrying worrisome dreaded dreading nervously anxiously apprehensive apprehension threatened
      tremble trembled trembling phobia alarming spooked creepy horrifying petrifying`,
    ),
  },
  guilt: {
    adjectives: words("guilty remorseful sorry regretful contrite repentant"),
    nouns: words("guilt remorse regret"),
    causes: [],
    others: words(
      `guiltily guiltier regrets regretted regretting regrettable apologetic apologise apologised apologize apologized
      apology blame blamed repent repented culpable conscience atone remorsefully`,
    ),
  },
  joy: {
    adjectives: words(
      "happy glad delighted pleased proud excited joyful cheerful thrilled overjoyed thankful grateful content elated",
    ),
    nouns: words("joy happiness pride delight excitement pleasure satisfaction"),
    causes: words("please delight thrill excite"),
    others: words(
      `happier happiest happily joyous joyfully joys gladly gladness pleases pleasing delights delightful exciting excites
      thrilling enjoy enjoyed enjoying enjoys enjoyable love loved loves loving lovely cheer cheered cheering bliss blissful
      ecstatic euphoric jubilant fun funny laugh laughed laughing laughter smile smiled smiling smiles satisfied satisfying
      gratitude proudly relieved relief wonderful fantastic amused hopeful celebrate celebrated celebrating merry jolly`,
    ),
  },
  sadness: {
    adjectives: words(
      "sad unhappy depressed miserable lonely heartbroken gloomy sorrowful dejected downhearted tearful",
    ),
    nouns: words("sadness grief sorrow loneliness misery despair"),
    causes: words("sadden depress"),
    others: words(
      `sadder saddest sadly saddened saddens saddening unhappiness depressing depresses depression cry cried cries crying
      tears weep weeping wept grieve grieved grieving mourn mourned mourning sob sobbed sobbing heartbreak heartbreaking
      heartache lonesome hopeless hopelessness despairing desperate melancholy melancholic devastated misery homesick`,
    ),
  },
  shame: {
    adjectives: words("ashamed embarrassed humiliated mortified disgraced"),
    nouns: words("shame embarrassment humiliation"),
    causes: words("embarrass humiliate shame mortify"),
    others: words(
      `shamed shameful shamefully shaming embarrassing embarrasses humiliating humiliates mortifying mortification
      disgrace disgraceful blush blushed blushing sheepish degraded degrading dishonour dishonored indignity`,
    ),
  },
};

/** The words that stand for each emotion, in lower case, each once within its emotion. */
export const EMOTION_WORDS = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, everyWord(emotion)])) as Record<
  Emotion,
  string[]
>;

/** Words of joy, each once. */
export const POSITIVE: readonly string[] = EMOTION_WORDS.joy;

/** Words of the six other emotions, each once. */
export const NEGATIVE: readonly string[] = [
  ...new Set(EMOTIONS.filter((emotion) => emotion !== "joy").flatMap((emotion) => EMOTION_WORDS[emotion])),
];

function everyWord(emotion: Emotion): string[] {
  const { adjectives, nouns, causes, others } = WORD_FORMS[emotion];
  return [...new Set([...adjectives, ...nouns, ...causes, ...others])];
}
