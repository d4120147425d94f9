import { basename } from "node:path";
import { EMOTIONS } from "../contract/index.js";
import type { Evaluation } from "./metrics.js";
import { percent } from "./percent.js";
import type { VersionContent } from "./publish.js";
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

- Negation is often missed: "I don't feel guilty" may come out as guilt.
- There is no neutral class: a text without emotion gets one of the seven, sometimes with confidence.
- Misspelt and rare words are read as unknown.
- It knows the situations and the language of its training data, and the biases of those who wrote it.
- Emotions that go together are taken for each other (see the end of this card).`;

function data({ request, outcome }: CardSubject, body: string): string {
  const { training, calibration, test } = outcome.split;
  const source = request.test === undefined ? "a stratified tenth of the texts, held out" : "the rows of a test file";
  return `## Training data

${body}

${training.length} rows to learn from, ${calibration.length} to calibrate, ${test.length} to measure (${source}); no text is in two of the three.
SHA-256 of the data: \`${outcome.datasetSha256}\`.`;
}

function recipe({ request, outcome, description }: CardSubject): string {
  return `## Training

From random weights, in ${Math.round(outcome.seconds)} seconds, by TensorFlow.js (backend: ${outcome.backend}), AdamW, keeping a moving average
of the weights; then a temperature (${description.temperature.toFixed(3)}) and a threshold of low confidence
(${description.thresholds.lowConfidence.toFixed(3)}) from the calibration rows.

| setting | value |
|---|---|
${settings(request.recipe)}
| seed | ${request.seed} |

To do it again (the same seed and data give the same weights on the same backend):

    ${command(request)}`;
}

function settings(recipe: Readonly<Recipe>): string {
  return Object.entries(recipe)
    .map(([name, value]) => `| ${name} | ${value} |`)
    .join("\n");
}

function command({ data, test, seed, recipe, dataCard }: CardSubject["request"]): string {
  const files = data.map((file) => quoted(basename(file))).join(" ");
  const measure = test === undefined ? "" : ` --test ${quoted(basename(test))}`;
  const about = dataCard === undefined ? "" : " --data-card <file>";
  return `npm run train -- --data ${files}${measure} --seed ${seed} --epochs ${recipe.epochs}${about}`;
}

function quoted(file: string): string {
  return /^[\w.-]+$/.test(file) ? file : `'${file}'`;
}

function metrics({ outcome }: CardSubject): string {
  const { accuracy, standardError, macroF1, expectedCalibrationError, testRows, perEmotion } = outcome.evaluation;
  const rows = perEmotion.map(({ emotion, precision, recall, f1, rows }) => {
    return `| ${emotion} | ${share(precision)} | ${share(recall)} | ${share(f1)} | ${rows} |`;
  });
  return `## Metrics

On ${testRows} rows that it did not learn from:

| measure | value |
|---|---|
| accuracy | ${percent(accuracy)} (standard error ${percent(standardError)}) |
| macro-F1 | ${percent(macroF1)} |
| expected calibration error (15 bins) | ${percent(expectedCalibrationError)} |

| emotion | precision | recall | F1 | rows |
|---|---|---|---|---|
${rows.join("\n")}

Its most frequent mistakes: ${mistakes(outcome.evaluation)}.`;
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
