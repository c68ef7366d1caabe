// @ts-check
// A number that changes as it is dragged up or down.
import { typedNumber } from "../data/typed.js";

const STEP = 6; // screen pixels for a tenth

/**
 * Dragging a field up or down changes its number.
 * @param {HTMLInputElement} input
 * @param {(value: number) => void} onValue
 */
export function dragged(input, onValue) {
  /** @type {{y: number, value: number} | null} */
  let from = null;
  input.onpointerdown = (event) => {
    from = { y: event.clientY, value: typedNumber(input.value) ?? 0 };
    input.setPointerCapture(event.pointerId);
  };
  input.onpointermove = (event) => {
    const steps = from && Math.trunc((from.y - event.clientY) / STEP);
    if (!from || !steps || !event.buttons) return;
    const value = Math.round((from.value + steps / 10) * 100) / 100;
    input.value = String(value);
    onValue(value);
  };
  input.onpointerup = () => (from = null);
}
