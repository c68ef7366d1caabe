import assert from "node:assert/strict";
import test from "node:test";
import { cellsIn, countCells, middleOf, onPlane, reindexed, reshaped } from "../../static/js/data/touched.js";
import { cellAt, keyStep, nextCell, strideOf } from "../../static/js/data/walk.js";

/** @type {(start: number, stop: number, step?: number) => import("../../static/js/data/touched.js").Span} */
const span = (start, stop, step = 1) => ({ start, stop, step });

test("cells of strided boxes are counted, and the middle one is found", () => {
  const box = [span(0, 1), span(0, 1), span(1, 8, 3), span(0, 5, 2)];
  assert.equal(countCells([box, box]), 18);
  assert.deepEqual(middleOf([box]), [0, 0, 4, 2]);
  assert.equal(middleOf([]), null);
});

test("boxes on one plane are those of its sample, its map, its slice", () => {
  const boxes = [[span(0, 1), span(2, 4), span(1, 6, 2), span(0, 3), span(5, 6)]];
  const plane = { n: 0, map: 3, depth: 5, axes: 3 };
  assert.deepEqual(onPlane(boxes, plane), [{ y: span(0, 3), x: span(5, 6) }]);
  for (const other of [{ n: 1 }, { map: 4 }, { depth: 2 }]) assert.deepEqual(onPlane(boxes, { ...plane, ...other }), []);
  const signal = [[span(0, 1), span(0, 1), span(3, 9, 2)]];
  assert.deepEqual(onPlane(signal, { n: 0, map: 0, depth: 0, axes: 1 }), [{ y: span(0, 1), x: span(3, 9, 2) }]);
});

test("cells in a window keep to the steps", () => {
  const found = cellsIn([{ y: span(0, 9, 4), x: span(1, 9, 3) }], { start: [2, 3], stop: [9, 8] });
  assert.deepEqual(found, [[4, 4], [4, 7], [8, 4], [8, 7]]);
});

test("a row is laid back onto its maps", () => {
  assert.deepEqual(reindexed([0, 91], [1, 512], [1, 8, 8, 8]), [0, 1, 3, 3]);
  assert.deepEqual(reshaped([[span(0, 1), span(7, 9)]], [1, 18], [1, 2, 3, 3]), [
    [span(0, 1), span(0, 1), span(2, 3), span(1, 2)],
    [span(0, 1), span(0, 1), span(2, 3), span(2, 3)],
  ]);
  assert.deepEqual(reshaped([[span(0, 1), span(0, 1), span(2, 5, 2), span(0, 9)]], [1, 1, 9, 9], [9, 9]), [[span(2, 5, 2), span(0, 9)]]);
});

test("a walk goes row by row, and in larger steps over a large map", () => {
  const small = { height: 2, width: 3 };
  const seen = [0];
  for (let next = nextCell(0, small); next !== null; next = nextCell(next, small)) seen.push(next);
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(cellAt(4, small), [1, 1]);
  const large = { height: 224, width: 224 };
  assert.equal(strideOf(large), 5);
  assert.equal(nextCell(0, large), 5);
  assert.equal(nextCell(220, large), 5 * 224);
  assert.equal(nextCell(220 * 224 + 220, large), null);
});

test("the arrow keys step by one, and stay on the map", () => {
  const plane = { height: 3, width: 4 };
  assert.equal(keyStep("ArrowDown", 5, plane), 9);
  assert.equal(keyStep("ArrowUp", 2, plane), null);
  assert.equal(keyStep("End", 2, plane), 11);
  assert.equal(keyStep("a", 2, plane), null);
});
