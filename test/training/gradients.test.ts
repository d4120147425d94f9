import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../inference/training/backend.js";
import { gruSequence } from "../../inference/training/gru.js";
import { lookup } from "../../inference/training/lookup.js";
import { matMul } from "../../inference/training/matmul.js";
import { maxPool } from "../../inference/training/pooling.js";
import { Random } from "../../inference/training/random.js";

const STEPS = 5;
const HIDDEN = 4;
const lengths = Int32Array.of(5, 3, 1);
const random = new Random(1);

beforeAll(async () => {
  await startBackend();
});

function noise(shape: number[]): tf.Tensor {
  return tf.tensor(random.uniform(tf.util.sizeFromShape(shape), 1), shape);
}

/** The largest difference between two lists of tensors. */
function difference(first: tf.Tensor[], second: tf.Tensor[]): number {
  return Math.max(
    ...first.map((tensor, i) => tf.max(tf.abs(tf.sub(tensor, second[i] as tf.Tensor))).dataSync()[0] ?? 1),
  );
}

/** The same recurrence, step by step in TensorFlow.js, which differentiates it by itself. */
function stepByStep(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, reverse: boolean): tf.Tensor {
  const rows = lengths.length;
  const outputs: tf.Tensor[] = [];
  let state: tf.Tensor = tf.zeros([rows, HIDDEN]);
  const order = [...Array(STEPS).keys()];
  for (const step of reverse ? order.reverse() : order) {
    const input = tf.reshape(tf.slice(x, [step, 0, 0], [1, rows, 3 * HIDDEN]), [rows, 3 * HIDDEN]);
    const [xz, xr, xn] = tf.split(input, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const [hz, hr, hn] = tf.split(tf.add(tf.matMul(state, kernel), bias), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const z = tf.sigmoid(tf.add(xz, hz));
    const n = tf.tanh(tf.add(xn, tf.mul(tf.sigmoid(tf.add(xr, hr)), hn)));
    const next = tf.add(tf.mul(tf.sub(1, z), n), tf.mul(z, state));
    const alive = tf.tensor2d([...lengths].map((length) => [step < length ? 1 : 0]));
    state = tf.add(tf.mul(alive, next), tf.mul(tf.sub(1, alive), state));
    outputs[step] = tf.mul(alive, next);
  }
  return tf.stack(outputs);
}

describe.each([false, true])("the GRU (reverse: %s)", (reverse) => {
  const ours = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
    gruSequence(
      x as tf.Tensor3D,
      { kernel: kernel as tf.Tensor2D, bias: bias as tf.Tensor1D },
      { lengths, reverse },
    ) as tf.Tensor;
  const reference = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) => stepByStep(x, kernel, bias, reverse);
  const inputs = () => [noise([STEPS, 3, 3 * HIDDEN]), noise([HIDDEN, 3 * HIDDEN]), noise([3 * HIDDEN])];

  test("gives the states that its formulas do", () => {
    const [x, kernel, bias] = inputs() as [tf.Tensor, tf.Tensor, tf.Tensor];
    expect(difference([ours(x, kernel, bias)], [reference(x, kernel, bias)])).toBeLessThan(1e-6);
  });

  test("has the gradients that TensorFlow.js finds for its formulas", () => {
    const given = inputs();
    const dy = noise([STEPS, 3, HIDDEN]);
    expect(difference(tf.grads(ours)(given, dy), tf.grads(reference)(given, dy))).toBeLessThan(1e-5);
  });

  test("leaves no tensor behind", () => {
    const given = inputs();
    const before = tf.memory().numTensors;
    tf.tidy(() => tf.grads(ours)(given).length);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("the matrix product has the gradients of tf.matMul", () => {
  const given = [noise([3, 4]), noise([4, 2])];
  const dy = noise([3, 2]);
  const ours = tf.grads((a, b) => matMul(a as tf.Tensor2D, b as tf.Tensor2D) as tf.Tensor)(given, dy);
  expect(difference(ours, tf.grads((a, b) => tf.matMul(a, b))(given, dy))).toBeLessThan(1e-6);
});

test("a row that is looked up twice gets the gradients of both", () => {
  const gradient = tf.grad((table) => lookup(table as tf.Tensor2D, Int32Array.of(2, 0, 2)) as tf.Tensor)(
    tf.zeros([3, 2]),
    tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]),
  );
  expect([...gradient.dataSync()]).toEqual([3, 4, 0, 0, 6, 8]);
});

test("the maximum passes its gradient to the step that it came from, and never to padding", () => {
  const states = tf.tensor3d([1, 9, 5, 2, 7, 8], [3, 1, 2]);
  const padding = tf.tensor2d([0, 0, -1e9], [3, 1]);
  expect([...maxPool(states, padding).dataSync()]).toEqual([5, 9]);
  const gradient = tf.grad((input) => maxPool(input as tf.Tensor3D, padding) as tf.Tensor)(
    states,
    tf.tensor2d([[1, 2]]),
  );
  expect([...gradient.dataSync()]).toEqual([0, 2, 1, 0, 0, 0]);
});
