import assert from "node:assert/strict";
import { test } from "node:test";
import { rowsOf, sorted, toCsv, withTimes } from "../../static/js/data/costs.js";
import { columnsOf, joinsOf, madeOf, makes } from "../../static/js/data/map_links.js";
import { orderOf, pageOf } from "../../static/js/data/map_order.js";
import { asMaps, inTensor, isWithin, laidOut, onMaps } from "../../static/js/data/planes.js";
import { seenOf } from "../../static/js/data/seen.js";

const tensor = (/** @type {number[]} */ shape, /** @type {number[]} */ values) => ({ shape, data: Float32Array.from(values), dtype: "float32" });

test("branches stand beside each other, what needs both comes after", () => {
  /** @type {import("../../static/js/data/map_links.js").Linked[]} */
  const stages = [
    { name: "stem", sources: { input: "input" }, links: { input: null } },
    { name: "left", sources: { input: "stem" }, links: { input: null } },
    { name: "right", sources: { input: "stem" }, links: { input: null } },
    { name: "further", sources: { input: "right" }, links: { input: null } },
    { name: "sum", sources: { input: "left", input_1: "further" }, links: { input: null, input_1: null } },
  ];
  assert.deepEqual(columnsOf(stages), [[-1], [0], [1, 2], [3], [4]]);
  assert.deepEqual(joinsOf(stages).map(({ from, to }) => [from, to]), [[-1, 0], [0, 1], [0, 2], [2, 3], [1, 4], [3, 4]]);
});

test("maps are joined all to all, one to one, in groups, and behind each other", () => {
  const all = { groups: 1, first: 0, maps: 16 };
  assert.deepEqual(madeOf(all, 6, 3), { start: 0, stop: 6 });
  assert.deepEqual(makes(all, 6, 16, 2), { start: 0, stop: 16 });
  const own = { groups: 6, first: 0, maps: 6 };
  assert.deepEqual(madeOf(own, 6, 4), { start: 4, stop: 5 });
  const groups = { groups: 2, first: 0, maps: 8 };
  assert.deepEqual(madeOf(groups, 4, 5), { start: 2, stop: 4 });
  assert.deepEqual(makes(groups, 4, 8, 1), { start: 0, stop: 4 });
  const second = { groups: 4, first: 6, maps: 4 };
  assert.deepEqual(madeOf(second, 4, 2), { start: 0, stop: 0 });
  assert.deepEqual(madeOf(second, 4, 7), { start: 1, stop: 2 });
  assert.deepEqual(makes(second, 4, 10, 3), { start: 9, stop: 10 });
  assert.deepEqual(madeOf(null, 5, 0), { start: 0, stop: 5 });
});

test("the strongest maps come first, alike ones in order, page by page", () => {
  const maps = tensor([1, 3, 1, 2], [1, -1, -3, 3, NaN, 2]);
  assert.deepEqual(orderOf(maps, 3, "strength"), [1, 0, 2]);
  assert.deepEqual(orderOf(maps, 3, "index"), [0, 1, 2]);
  assert.deepEqual(orderOf(null, 3, "strength"), [0, 1, 2]);
  assert.deepEqual(pageOf([4, 3, 2, 1, 0], 1, 2), [2, 1]);
  assert.deepEqual(pageOf([4, 3, 2, 1, 0], 2, 2), [0]);
});

test("any tensor is laid out as maps, and every place is found back", () => {
  for (const shape of [[1, 3, 4, 5], [1, 7, 1, 1], [1, 250], [1, 3, 8], [1, 2, 3, 4, 5], [9]]) {
    for (const form of /** @type {const} */ (["strip", "square"])) {
      const { maps, height, width, count } = laidOut(shape, form);
      assert.ok(maps * height * width >= count);
      const drawn = asMaps(tensor(shape, Array.from({ length: count }, (_, i) => i)), form);
      assert.deepEqual(drawn.shape, [1, maps, height, width]);
      for (const place of [0, count >> 1, count - 1]) {
        const at = /** @type {number[]} */ (inTensor(shape, [Math.floor(place / (height * width)), Math.floor(place / width) % height, place % width], form));
        assert.ok(isWithin(shape, at));
        const [map, y, x] = onMaps(shape, at, form);
        assert.equal(drawn.data[(map * height + y) * width + x], place);
      }
    }
  }
  assert.equal(inTensor([1, 250], [0, 103, 2]), null);
});

test("what is seen of the picture ends at its border", () => {
  const field = { size: [6, 6], stride: [2, 2], offset: [-2, -2] };
  assert.deepEqual(seenOf(field, [0, 5], [28, 28]), { start: [0, 8], stop: [4, 14] });
  assert.deepEqual(seenOf(field, [13, 13], [28, 28]), { start: [24, 24], stop: [28, 28] });
  assert.deepEqual(seenOf(null, [], [28, 30]), { start: [0, 0], stop: [28, 30] });
});

test("what nobody knows is not called everything", () => {
  const stage = { name: "a", operator: "Slice", layer: null, shape: [1], cost: { parameters: 0, macs: 0, output_bytes: 4 }, receptive_field: null };
  const rows = rowsOf([{ ...stage, sees: "all" }, { ...stage, sees: "unknown" }, { ...stage, sees: "window", receptive_field: { size: [3], stride: [1], offset: [0] } }]);
  const lines = toCsv(rows, { parameters: 0, macs: 0, output_bytes: 12, time: null }).split("\r\n").slice(1, 4);
  assert.deepEqual(lines.map((line) => line.split(",")[7]), ["all", "not known", "3"]);
});

test("costs are sorted by any column, and are a file for a spreadsheet", () => {
  const cost = (/** @type {number} */ macs) => ({ parameters: 0, macs, output_bytes: 4 });
  const field = { size: [3, 3], stride: [1, 1], offset: [-1, -1] };
  const rows = rowsOf([
    { name: "b", operator: "Conv", layer: "x", shape: [1, 2], cost: cost(5), receptive_field: field },
    { name: "=a", operator: null, layer: "y", shape: [1, 3], cost: cost(9), receptive_field: null },
    { name: 'c,"', operator: null, layer: null, shape: [1, 1], cost: cost(5), receptive_field: field },
  ]);
  assert.deepEqual(sorted(rows, "macs", true).map(({ number }) => number), [1, 0, 2]);
  assert.deepEqual(sorted(rows, "sees", false).map(({ number }) => number), [0, 2, 1]);
  assert.deepEqual(sorted(rows, "shape", false).map(({ number }) => number), [2, 0, 1]);
  const timed = withTimes(rows, [{ name: "b", microseconds: 12.5 }, { name: "=a", microseconds: 3 }]);
  assert.deepEqual(sorted(timed, "time", false).map(({ number }) => number), [1, 0, 2]);
  const totals = { parameters: 7, macs: 19, output_bytes: 12 };
  assert.equal(toCsv(timed, { ...totals, time: 20 }).split("\r\n")[1].split(",").at(-1), "12.5");
  assert.equal(toCsv(timed, { ...totals, time: 20 }).split("\r\n")[4], ",all stages,,,7,19,12,,,,20");
  const lines = toCsv(rows, { ...totals, time: null }).split("\r\n");
  assert.equal(lines[0], "number,name,operator,shape,parameters,macs,bytes,sees,step,begins,time_us");
  assert.equal(lines[1], "0,b,Conv,1x2,0,5,4,3x3,1x1,\"-1,-1\",");
  assert.equal(lines[2], "1,'=a,y,1x3,0,9,4,all,,,");
  assert.ok(lines[3].startsWith('2,"c,""",,'));
});
