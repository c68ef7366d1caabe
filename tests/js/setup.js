// d3 stands on the global object, as the classic script in base.html leaves it.
import * as d3 from "d3";

Object.assign(globalThis, { d3 });
