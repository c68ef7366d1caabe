// @ts-check
// The parts of a lab, each of which draws what it finds in the page.
import { mountFigures } from "../why/figure.js";
import { mountAb } from "./lab_ab.js";
import { mountAccount } from "./lab_account.js";
import { mountArithmetic } from "./lab_arithmetic.js";
import { mountBorders } from "./lab_borders.js";
import { mountChannels } from "./lab_channels.js";
import { mountCheck } from "./lab_check.js";
import { mountCode } from "./lab_code.js";
import { mountCompare } from "./lab_compare.js";
import { mountCurve } from "./lab_curve.js";
import { mountFacts } from "./lab_facts.js";
import { mountFormula } from "./lab_formula.js";
import { mountGrid } from "./lab_grid.js";
import { mountKernel } from "./lab_kernel.js";
import { mountMaps } from "./lab_maps.js";
import { mountPlayer } from "./lab_player.js";
import { mountPointing } from "./lab_pointing.js";
import { mountPredict } from "./lab_predict.js";
import { mountRange } from "./lab_range.js";
import { mountRows } from "./lab_rows.js";
import { mountSignals } from "./lab_signal.js";
import { mountSlices } from "./lab_slices.js";
import { mountStrip } from "./lab_strip.js";
import { mountTake } from "./lab_take.js";
import { mountThread } from "./lab_thread.js";
import { mountWorksheet } from "./lab_worksheet.js";
import { mountZoom } from "./lab_zoom.js";

const MOUNTS = [mountWorksheet, mountMaps, mountRange, mountFormula, mountCheck, mountKernel, mountGrid, mountBorders, mountSignals, mountSlices, mountStrip, mountChannels, mountRows, mountFacts, mountCode, mountArithmetic, mountPredict, mountCurve, mountCompare, mountTake, mountZoom, mountThread, mountFigures, mountPlayer, mountAccount, mountPointing, mountAb];

/**
 * @param {HTMLElement} root
 * @param {import("./lab.js").Look} look
 * @returns {import("./lab.js").Part[]} in the order in which they draw
 */
export function mountParts(root, look) {
  return MOUNTS.map((mount) => mount(root, look));
}
