// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellAt, cellSize, fitZoom, held, nextZoom, seenCells, showing, wholeZoom, zoomedAt } from "../../static/js/data/zoom.js";

const size = { rows: 100, cols: 50 };
const box = { width: 400, height: 300 };

test("what fits is whole where the sheet is small, and all of it where it is large", () => {
  assert.equal(fitZoom({ rows: 7, cols: 7 }, box), 42);
  assert.equal(fitZoom({ rows: 600, cols: 600 }, box), 0.5);
  assert.equal(fitZoom({ rows: 1, cols: 1 }, box), 96);
});

test("a single line of cells is high enough to be seen", () => {
  assert.deepEqual(cellSize({ rows: 1, cols: 200 }, 2), [2, 24]);
  assert.deepEqual(cellSize({ rows: 200, cols: 200 }, 2), [2, 2]);
});

test("zooming goes through whole numbers, and back to what fits", () => {
  assert.equal(nextZoom(0.4, 1, 0.4), 1);
  assert.equal(nextZoom(1, -1, 0.4), 0.4);
  assert.equal(nextZoom(1, -1, 3), 1);
  assert.equal(nextZoom(3, 1, 3), 4);
  assert.equal(nextZoom(96, 1, 3), 96);
  assert.deepEqual([wholeZoom(2.6, 1), wholeZoom(0.2, 0.4), wholeZoom(500, 1)], [3, 0.4, 96]);
});

test("a small sheet stands in the middle, a large one leaves no gap", () => {
  assert.deepEqual(held({ zoom: 2, left: -50, top: 9 }, size, box), { zoom: 2, left: 150, top: 50 });
  assert.deepEqual(held({ zoom: 16, left: 9, top: -9999 }, size, box), { zoom: 16, left: 0, top: -1300 });
});

test("what lies under the pointer stays under it", () => {
  const before = { zoom: 16, left: -100, top: -400 };
  const point = { x: 210, y: 130 };
  const after = zoomedAt(before, 24, point, size, box);
  assert.deepEqual(cellAt(after, point, size, box), cellAt(before, point, size, box));
  assert.deepEqual(cellAt(before, point, size, box), [33, 19]);
});

test("beside the sheet there is no cell", () => {
  assert.equal(cellAt({ zoom: 2, left: 150, top: 50 }, { x: 149, y: 60 }, size, box), null);
});

test("a cell outside comes in by the least way, or to the middle", () => {
  const sight = { zoom: 16, left: 0, top: 0 };
  assert.deepEqual(showing(sight, [5, 5], size, box), sight);
  assert.equal(showing(sight, [40, 5], size, box).top, 300 - 41 * 16);
  const { top } = showing(sight, [40, 5], size, box, { middle: true });
  assert.equal(top, 150 - 40.5 * 16);
});

test("only the cells in the window are seen", () => {
  assert.deepEqual(seenCells({ zoom: 16, left: -8, top: -160 }, size, box), { start: [10, 0], stop: [29, 26] });
});
