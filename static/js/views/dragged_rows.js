// @ts-check
// Rows of a list put into another order by dragging one at its handle. The same can be done by buttons and keys.

const TYPE = "application/x-row";

/**
 * @param {HTMLElement} list
 * @param {object} options
 * @param {string} options.handle the draggable part of a row
 * @param {(from: number, to: number) => void} options.onMove to: where the row stands then
 */
export function draggedRows(list, { handle, onMove }) {
  let from = -1;
  const rows = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const clear = () => rows().forEach((row) => delete row.dataset.drop);
  list.addEventListener("dragstart", (event) => {
    const part = event.target instanceof Element ? event.target.closest(handle) : null;
    const row = rows().findIndex((one) => one.contains(part));
    if (!part || row < 0 || !event.dataTransfer) return;
    from = row;
    event.dataTransfer.setData(TYPE, String(row));
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(rows()[row], 8, 16);
  });
  list.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes(TYPE) || from < 0) return;
    event.preventDefault();
    clear();
    const { row, isAfter } = under(rows(), event.clientY);
    rows()[row].dataset.drop = isAfter ? "after" : "before";
  });
  list.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.types.includes(TYPE) || from < 0) return;
    event.preventDefault();
    const { row, isAfter } = under(rows(), event.clientY);
    const gap = row + Number(isAfter);
    const to = gap > from ? gap - 1 : gap;
    if (to !== from) onMove(from, to);
  });
  list.addEventListener("dragend", () => {
    from = -1;
    clear();
  });
}

/**
 * The row at a height, and in which half of it that is.
 * @param {HTMLElement[]} rows
 * @param {number} y
 */
function under(rows, y) {
  const boxes = rows.map((row) => row.getBoundingClientRect());
  const found = boxes.findIndex(({ bottom }) => y < bottom);
  const row = found < 0 ? rows.length - 1 : found;
  return { row, isAfter: y > (boxes[row].top + boxes[row].bottom) / 2 };
}
