// @ts-check
// Tensors in the browser: plain data, read from and written to the two binary forms of the service.

/** @typedef {Float32Array | Float64Array | Int32Array | Uint8Array} Values */
/** @typedef {{shape: number[], data: Values, dtype: string}} Tensor */

export { range } from "./extremes.js";

const NPY_MAGIC = "\x93NUMPY";
const latin1 = new TextDecoder("latin1");

/** @type {Record<string, {dtype: string, read: (buffer: ArrayBuffer) => Values}>} */
const NPY_TYPES = {
  "<f4": { dtype: "float32", read: (buffer) => new Float32Array(buffer) },
  "<f8": { dtype: "float64", read: (buffer) => new Float64Array(buffer) },
  "<i4": { dtype: "int32", read: (buffer) => new Int32Array(buffer) },
  "<i8": { dtype: "int64", read: readInt64 },
  "|u1": { dtype: "uint8", read: (buffer) => new Uint8Array(buffer) },
  "|b1": { dtype: "bool", read: (buffer) => new Uint8Array(buffer) },
};

const SAFETENSORS_TYPES = /** @type {Record<string, string>} */ ({
  F32: "<f4",
  F64: "<f8",
  I32: "<i4",
  I64: "<i8",
  U8: "|u1",
  BOOL: "|b1",
});

/**
 * Whole numbers up to 2^53 are all a page needs, and plain numbers are easier to look up with than BigInt.
 * @param {ArrayBuffer} buffer
 */
function readInt64(buffer) {
  return Float64Array.from(new BigInt64Array(buffer), Number);
}

/**
 * @param {string} code
 * @param {number[]} shape
 * @param {ArrayBuffer} buffer
 * @returns {Tensor}
 */
function read(code, shape, buffer) {
  const type = NPY_TYPES[code];
  if (!type) throw new Error(`cannot read numbers of type ${code}`);
  return { shape, data: type.read(buffer), dtype: type.dtype };
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Tensor}
 */
export function fromNpy(buffer) {
  const bytes = new Uint8Array(buffer);
  // By code: what browsers call latin1 is Windows-1252, where byte 93 is a quotation mark.
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== NPY_MAGIC) throw new Error("not an .npy file");
  const view = new DataView(buffer);
  const wide = bytes[6] > 1;
  const start = wide ? 12 : 10;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = latin1.decode(bytes.subarray(start, start + length));
  const code = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "";
  if (/'fortran_order':\s*True/.test(header)) throw new Error("Fortran order is not read here");
  const shape = sizes.split(",").map((size) => size.trim()).filter(Boolean).map(Number);
  return read(code, shape, buffer.slice(start + length));
}

/**
 * @param {Tensor} tensor written as float32, the service's working type
 * @returns {ArrayBuffer}
 */
export function toNpy({ shape, data }) {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = `${text.padEnd(length - 1)}\n`;
  const buffer = new ArrayBuffer(10 + length + data.length * 4);
  const bytes = new Uint8Array(buffer);
  bytes.set(Array.from(NPY_MAGIC, (sign) => sign.charCodeAt(0)));
  bytes[6] = 1;
  new DataView(buffer).setUint16(8, length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  new Float32Array(buffer, 10 + length).set(data);
  return buffer;
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{metadata: any, tensors: Record<string, Tensor>}} metadata: the JSON that stands under `layerlab`
 */
export function fromSafetensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { __metadata__: notes = {}, ...entries } = header;
  /** @type {Record<string, Tensor>} */
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets: [start, stop] }] of Object.entries(entries)) {
    tensors[name] = read(SAFETENSORS_TYPES[dtype] ?? dtype, shape, buffer.slice(8 + length + start, 8 + length + stop));
  }
  return { metadata: notes.layerlab ? JSON.parse(notes.layerlab) : {}, tensors };
}

/**
 * The numbers of one plane (the last two axes) of a tensor of any rank, without copying; a rank below 2 is one row.
 * @param {Tensor} tensor
 * @param {number} [n]
 * @param {number} [c]
 * @returns {{width: number, height: number, data: Values}}
 */
export function plane({ shape, data }, n = 0, c = 0) {
  const width = shape.at(-1) ?? 1;
  const height = shape.at(-2) ?? 1;
  const start = planeStart({ shape }, n, c);
  return { width, height, data: data.subarray(start, start + width * height) };
}

/**
 * Where a plane's numbers begin among all of them.
 * @param {{shape: number[]}} tensor
 * @param {number} n
 * @param {number} c
 */
export function planeStart({ shape }, n, c) {
  return (n * (shape.at(-3) ?? 1) + c) * (shape.at(-1) ?? 1) * (shape.at(-2) ?? 1);
}

/**
 * How many planes one sample of the batch has.
 * @param {Tensor} tensor
 */
export function channels({ shape }) {
  return shape.at(-3) ?? 1;
}

/**
 * The place of an index in the flat data.
 * @param {readonly number[]} shape
 * @param {readonly number[]} index
 */
export function offset(shape, index) {
  return shape.reduce((place, size, axis) => place * size + index[axis], 0);
}

/**
 * The index at a place in the flat data: the other way of `offset`.
 * @param {readonly number[]} shape
 * @param {number} place
 * @returns {number[]}
 */
export function indexAt(shape, place) {
  const index = new Array(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    index[axis] = place % shape[axis];
    place = Math.floor(place / shape[axis]);
  }
  return index;
}

/**
 * @param {Tensor} tensor
 * @param {readonly number[]} index
 */
export function valueAt({ shape, data }, index) {
  return data[offset(shape, index)];
}

/**
 * Some of many tensors, those that are there.
 * @param {Record<string, Tensor>} tensors
 * @param {string[]} names
 * @returns {Record<string, Tensor>}
 */
export function only(tensors, names) {
  return Object.fromEntries(names.flatMap((name) => (name in tensors ? [[name, tensors[name]]] : [])));
}

/** @type {WeakMap<Values, boolean>} */
const wholes = new WeakMap();

/**
 * Whether all its numbers are whole, those aside that are none; they are then written without decimals.
 * @param {Tensor} tensor
 */
export function hasWholeNumbers({ data }) {
  let known = wholes.get(data);
  if (known === undefined) {
    /** @type {ArrayLike<number>} */
    const numbers = data;
    known = Array.prototype.every.call(numbers, (value) => Number.isInteger(value) || !Number.isFinite(value));
    wholes.set(data, known);
  }
  return known;
}
