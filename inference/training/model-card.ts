import { basename } from "node:path";
import { EMOTIONS } from "../contract/index.js";
import { percent } from "../src/percent.js";
import type { VersionContent } from "../src/publish.js";
import type { Evaluation } from "./metrics.js";
import { PROBE_QUESTIONS, PROBE_SETS } from "./probes.js";
import type { Recipe } from "./recipe.js";
import type { TrainingOutcome, TrainingRequest } from "./training-request.js";

/** What a model card is about. */
export interface CardSubject {
  version: string;
  /** The bytes of model.onnx. */
  network: Uint8Array;
  request: TrainingRequest;
  outcome: TrainingOutcome;
  description: VersionContent["description"];
}

/** The text of MODEL_CARD.md, after the conventions of Hugging Face (https://huggingface.co/docs/hub/model-cards). */
export function modelCard(subject: CardSubject): string {
  const { front, body } = dataCard(subject.request.dataCard);
  const sections = [
    frontMatter(front),
    introduction(subject),
    USES,
    WEAKNESSES,
    data(subject, body),
    recipe(subject),
    metrics(subject),
  ];
  return `${sections.join("\n\n")}\n`;
}

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/;

/** A data card's front matter (which states the licence) and what follows it. */
function dataCard(markdown = "The licence of these weights follows from that of the data."): {
  front: string;
  body: string;
} {
  const front = FRONT_MATTER.exec(markdown)?.[1] ?? "license: other";
  return { front, body: markdown.replace(FRONT_MATTER, "").trim() };
}

function frontMatter(front: string): string {
  return `---
language: en
${front}
library_name: onnx
pipeline_tag: text-classification
tags:
  - emotion
  - text-classification
  - gru
  - onnx
metrics:
  - accuracy
  - f1
---`;
}

function introduction({ version, description, network }: CardSubject): string {
  const megabytes = (network.length / 1e6).toFixed(1);
  return `# Sentiloop emotion model ${version}

Says which of seven emotions an English text carries: ${EMOTIONS.join(", ")}.
A bidirectional GRU over word embeddings, pooled by attention and by maximum, plus a linear model of hashed
uni- and bigrams: ${description.parameters.toLocaleString("en")} parameters, ${megabytes} MB as ONNX, made on ${description.createdAt.slice(0, 10)}.`;
}

const USES = `## Intended use

Suggesting an emotion for a sentence that somebody wrote about an experience, for a person who approves or
corrects the suggestion. Texts that it is unsure of are marked as uncertain.

It is not for decisions about people (employment, credit, policing, health, education), for reading the
emotions of people who have not agreed to it, for spotting crises, or for anything without a person who
checks. A text shows what its writer chose to say, not what the writer feels.`;

const WEAKNESSES = `## Known weaknesses

- A text that is neutral gets one of the seven emotions all the same; most are marked as NEUTRAL_TEXT, not all.
- Of negations the common forms are understood, and even those not always.
- A word with more than one slip of the fingers is read as unknown.
- It knows the situations and the language of its training data, and the biases of those who wrote it.
- Emotions that go together are taken for each other (see the end of this card).`;

function data({ request, outcome }: CardSubject, body: string): string {
  const { training, calibration, test } = outcome.split;
  const source = request.test === undefined ? "a stratified tenth of the texts, held out" : "the rows of a test file";
  return `## Training data

${body}

${training.length} rows to learn from, ${calibration.length} to calibrate, ${test.length} to measure (${source}); no text is in two of the three.
SHA-256 of the data: \`${outcome.datasetSha256}\`.
${leftOut(outcome)}${others(outcome)}`;
}

function leftOut({ leftOut: { pending, duplicates, outvoted, leaked, leakedCorpusTexts } }: TrainingOutcome): string {
  return (
    `Left out: ${pending} rows that nobody had judged, ${duplicates} duplicates, ${outvoted} rows whose label others of ` +
    `the same text outvoted, ${leaked.length} rows and ${leakedCorpusTexts} texts of other corpora that are, or nearly ` +
    "are, among the texts that it is measured with."
  );
}

function others({ corpora }: TrainingOutcome): string {
  if (corpora.length === 0) return "";
  const names = corpora.map(({ name, texts }) => `${name} (${texts} texts)`).join(", ");
  return `\n\nBefore that it learned from other corpora, under their own labels: ${names}. From them and from made-up sentences it also learned what carries no emotion, and from made-up sentences what a negation does.`;
}

function recipe({ request, outcome, description }: CardSubject): string {
  return `## Training

${origin(request, outcome)}, in ${Math.round(outcome.seconds)} seconds, by TensorFlow.js (backend: ${outcome.backend}), AdamW, keeping a moving average
of the weights; then a temperature (${description.temperature.toFixed(3)}), a threshold of low confidence
(${description.thresholds.lowConfidence.toFixed(3)})${neutral(description)} from the calibration rows.

| setting | value |
|---|---|
${settings(request.recipe)}
| seed | ${request.seed} |

To do it again (the same seed and data give the same weights on the same backend and machine):

    ${command(request)}`;
}

function origin({ wordVectors }: TrainingRequest, { parent, corpora }: TrainingOutcome): string {
  if (parent) return `From the weights of version ${parent.version}`;
  const start = wordVectors === undefined ? "From random weights" : `From the word vectors ${basename(wordVectors)}`;
  return corpora.length === 0 ? start : `${start}: pretraining, fine-tuning, a gate for neutral texts`;
}

function neutral({ thresholds }: CardSubject["description"]): string {
  return thresholds.neutral === null ? "" : ` and one of neutrality (${thresholds.neutral.toFixed(3)})`;
}

function settings(recipe: Readonly<Recipe>): string {
  return Object.entries(recipe)
    .map(([name, value]) => `| ${name} | ${value} |`)
    .join("\n");
}

function command(request: TrainingRequest): string {
  const { data, test, seed, recipe, dataCard, recipeName, corpora, wordVectors, parent, folds, seeds } = request;
  const files = data.map((file) => quoted(basename(file))).join(" ");
  const measure = test === undefined ? "" : ` --test ${quoted(basename(test))}`;
  const repeated = seeds !== undefined && seeds > 1 ? ` --seeds ${seeds}` : "";
  const validated = folds ? ` --folds ${folds}${repeated}` : "";
  const about = dataCard === undefined ? "" : " --data-card <file>";
  const way = parent === undefined ? ` --recipe ${recipeName}` : ` --from ${quoted(basename(parent))}`;
  const sources = corpora === undefined ? "" : " --corpora <folder>";
  const vectors = wordVectors === undefined ? "" : ` --word-vectors ${quoted(basename(wordVectors))}`;
  return `npm run train --${way}${sources}${vectors} --data ${files}${measure} --seed ${seed} --epochs ${recipe.epochs}${validated}${about}`;
}

function quoted(file: string): string {
  return /^[\w.-]+$/.test(file) ? file : `'${file}'`;
}

function metrics({ outcome, version }: CardSubject): string {
  const { accuracy, standardError, macroF1, negativeLogLikelihood, testRows, perEmotion } = outcome.evaluation;
  const { expectedCalibrationError, calibrationErrorByChance } = outcome.evaluation;
  const rows = perEmotion.map(({ emotion, precision, recall, f1, rows }) => {
    return `| ${emotion} | ${share(precision)} | ${share(recall)} | ${share(f1)} | ${rows} |`;
  });
  return `## Metrics

On ${testRows} rows that it did not learn from:

| measure | value |
|---|---|
| accuracy | ${percent(accuracy)} (standard error ${percent(standardError)}) |
| macro-F1 | ${percent(macroF1)} |
| expected calibration error (15 bins) | ${percent(expectedCalibrationError)}, of which about ${percent(calibrationErrorByChance)} is the chance of so few rows |
| negative log likelihood | ${negativeLogLikelihood.toFixed(3)} |
${crossValidation(outcome)}
| emotion | precision | recall | F1 | rows |
|---|---|---|---|---|
${rows.join("\n")}

Its most frequent mistakes: ${mistakes(outcome.evaluation)}.

On the built-in probes, sentences written to find out what the rows above do not show:

| probes | passed | what is asked |
|---|---|---|
${probes(outcome)}

To measure it again:

    npm run evaluate -- --data <test file> --model ${version} --probes`;
}

/** The rows of the table on the cross-validation, if there was one, with their line ends. */
function crossValidation({ crossValidation }: TrainingOutcome): string {
  if (crossValidation === null) return "";
  const { folds, rows, accuracies, accuracy, spread, standardError, expectedCalibrationError } = crossValidation;
  const seeds =
    spread === null
      ? ""
      : `, ${accuracies.length} seeds: ${accuracies.map(percent).join(", ")}; they spread by ${percent(spread)}`;
  return `| accuracy in ${folds}-fold cross-validation on ${rows} training rows | ${percent(accuracy)} (standard error ${percent(standardError)}${seeds}) |
| expected calibration error there | ${percent(expectedCalibrationError)} |
`;
}

function probes({ probes }: TrainingOutcome): string {
  const rows = PROBE_SETS.map(
    (set) => `| ${set} | ${probes[set].passed} of ${probes[set].total} | ${PROBE_QUESTIONS[set]} |`,
  );
  return rows.join("\n");
}

const SHOWN_MISTAKES = 5;

/** The pairs of emotions that are most often taken one for the other. */
function mistakes({ confusion }: Evaluation): string {
  const pairs = EMOTIONS.flatMap((truth) => {
    return EMOTIONS.map((classified) => ({ truth, classified, count: confusion[truth][classified] }));
  });
  const wrong = pairs.filter(({ truth, classified, count }) => truth !== classified && count > 0);
  const frequent = wrong.sort((a, b) => b.count - a.count).slice(0, SHOWN_MISTAKES);
  return (
    frequent.map(({ truth, classified, count }) => `${truth} taken for ${classified} (${count})`).join(", ") || "none"
  );
}

function share(value: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(2);
}
