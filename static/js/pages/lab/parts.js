// @ts-check
// The parts of a lab, each of which draws what it finds in the page.
import { mountFigures } from "../../why/figure.js";
import { mountAb } from "./ab.js";
import { mountAccount } from "./account.js";
import { mountAnimation } from "./animation.js";
import { mountArithmetic } from "./arithmetic.js";
import { mountBorders } from "./borders.js";
import { mountChannels } from "./channels.js";
import { mountCheck } from "./check.js";
import { mountCode } from "./code.js";
import { mountCompare } from "./compare.js";
import { mountCurve } from "./curve.js";
import { mountFacts } from "./facts.js";
import { mountFormula } from "./formula.js";
import { mountGrid } from "./grid.js";
import { mountKernel } from "./kernel.js";
import { mountMaps } from "./maps.js";
import { mountPlayer } from "./player.js";
import { mountPointing } from "./pointing.js";
import { mountPredict } from "./predict.js";
import { mountRange } from "./range.js";
import { mountRows } from "./rows.js";
import { mountSignals } from "./signal.js";
import { mountSlices } from "./slices.js";
import { mountStrip } from "./strip.js";
import { mountTake } from "./take.js";
import { mountThread } from "./thread.js";
import { mountWorksheet } from "./worksheet.js";
import { mountZoom } from "./zoom.js";

const MOUNTS = [mountWorksheet, mountMaps, mountRange, mountFormula, mountCheck, mountKernel, mountGrid, mountBorders, mountSignals, mountSlices, mountStrip, mountChannels, mountRows, mountFacts, mountCode, mountArithmetic, mountPredict, mountCurve, mountCompare, mountTake, mountAnimation, mountZoom, mountThread, mountFigures, mountPlayer, mountAccount, mountPointing, mountAb];

/**
 * @param {HTMLElement} root
 * @param {import("../lab.js").Look} look
 * @returns {import("../lab.js").Part[]} in the order in which they draw
 */
export function mountParts(root, look) {
  return MOUNTS.map((mount) => mount(root, look));
}
