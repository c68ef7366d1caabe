import assert from "node:assert/strict";
import { test } from "node:test";
import "./setup.js";

const { contrast, greyScale, luminance, paint, paintPicture, textOn, valueScale, weightScale } = await import(
  "../../static/js/data/color.js"
);

test("zero is pale, negative blue, positive red", () => {
  const scale = valueScale({ min: -2, max: 1 });
  assert.deepEqual([scale.min, scale.max], [-2, 2]);
  const [zero, low, high] = [0, -2, 2].map(scale.rgb);
  assert.ok(Math.min(...zero) > 235);
  assert.ok(low[2] > low[0] && high[0] > high[2]);
});

test("a positive number keeps its colour when nothing negative is left", () => {
  const signed = valueScale({ min: -1, max: 1 });
  const positive = valueScale({ min: 0, max: 1 });
  for (const value of [0, 0.3, 0.7, 1]) {
    const far = signed.rgb(value).map((level, i) => Math.abs(level - positive.rgb(value)[i]));
    assert.ok(Math.max(...far) <= 3, `${value}: ${far}`);
  }
});

test("a scale knows what it cuts off", () => {
  assert.deepEqual(valueScale({ min: -1, max: 1, low: -3, high: 0.5 }).clipped, { low: true, high: false });
  assert.deepEqual(valueScale({ min: 0, max: 1 }).clipped, { low: false, high: false });
});

test("a span of nothing still has a colour", () => {
  assert.equal(greyScale({ min: 1, max: 1 }).rgb(1).length, 3);
  assert.equal(weightScale({ min: 0, max: 0 }).css(0).startsWith("rgb("), true);
});

test("text keeps 4.5 : 1 on every colour of every scale", () => {
  const scales = [valueScale({ min: -1, max: 1 }), weightScale({ min: -1, max: 1 }), greyScale({ min: -1, max: 1 })];
  for (const scale of scales) {
    for (let value = -1; value <= 1; value += 0.01) {
      const colour = scale.rgb(value);
      const ink = textOn(colour) === "#000" ? 0 : 1;
      assert.ok(contrast(luminance(colour), ink) >= 4.5, `${value}: ${colour}`);
    }
  }
});

test("painting gives the colour of each value, and a grey where there is none", () => {
  const scale = valueScale({ min: -1, max: 1 });
  const pixels = new Uint8Array(paint([-9, 0, 9, NaN], scale).buffer);
  assert.deepEqual([...pixels.slice(0, 3)], scale.rgb(-1));
  assert.deepEqual([...pixels.slice(8, 11)], scale.rgb(1));
  assert.deepEqual([...pixels.slice(12, 15)], scale.rgb(NaN));
  assert.equal(pixels[15], 255);
});

test("a picture is painted from three planes or one", () => {
  const colour = paintPicture({ shape: [1, 3, 1, 1], data: [1, 0, -1] }, { min: -1, max: 1 });
  assert.deepEqual([...new Uint8Array(colour.buffer)], [255, 128, 0, 255]);
  const grey = paintPicture({ shape: [1, 1, 1, 1], data: [0.5] });
  assert.deepEqual([...new Uint8Array(grey.buffer)], [128, 128, 128, 255]);
});
