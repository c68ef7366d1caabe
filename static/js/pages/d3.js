// @ts-check
// What the pages use of d3, as one file for all of them, which a browser keeps from page to page.
/*! d3, copyright 2010-2026 Mike Bostock; its licence: /static/vendor/d3.LICENSE */
import { interpolateBrBG, interpolateRdBu, line, max, min, range, rgb, scaleLinear, scaleLog } from "d3";

export const used = { interpolateBrBG, interpolateRdBu, line, max, min, range, rgb, scaleLinear, scaleLog };

Object.assign(globalThis, { d3: used });
