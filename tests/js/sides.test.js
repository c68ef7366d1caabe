// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { listOf, sideNames, turned, withSide } from "../../static/js/data/sides.js";

test("a list is whole numbers with commas between", () => {
  assert.deepEqual(listOf("3, 5"), [3, 5]);
  assert.deepEqual(listOf("-1,0,2,0"), [-1, 0, 2, 0]);
  for (const one of ["", "3", "same", "3,", "1.5,2"]) assert.equal(listOf(one), null, one);
});

test("one number becomes one for each axis or side, and back", () => {
  assert.equal(turned("2", { kind: "sizes", axes: 2, used: [2, 2] }), "2,2");
  assert.equal(turned("2", { kind: "sizes", axes: 3, used: [2] }), "2,2,2");
  assert.equal(turned("same", { kind: "padding", axes: 2, used: [0, 1, 1, 2] }), "0,1,1,2");
  assert.equal(turned("1", { kind: "padding", axes: 2, used: [1, 2] }), "1,2,1,2");
  assert.equal(turned("1", { kind: "sides", axes: 2, used: [1] }), "1,1,1,1");
  assert.equal(turned("4,5", { kind: "sizes", axes: 2, used: [4, 5] }), "4");
});

test("one side changes", () => {
  assert.equal(withSide("1,2,3,4", 2, 0), "1,2,0,4");
});

test("every number of a list has its name", () => {
  assert.deepEqual(sideNames("sizes", 2, 2), ["height", "width"]);
  assert.deepEqual(sideNames("padding", 2, 2), ["height", "width"]);
  assert.deepEqual(sideNames("padding", 4, 2), ["top", "left", "bottom", "right"]);
  assert.deepEqual(sideNames("padding", 6, 3), ["front", "top", "left", "back", "bottom", "right"]);
  assert.deepEqual(sideNames("sides", 4, 2), ["left", "right", "top", "bottom"]);
  assert.deepEqual(sideNames("padding", 2, 1), ["begin", "end"]);
  assert.deepEqual(sideNames("sizes", 1, 1), ["length"]);
});
