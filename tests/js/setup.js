// d3 stands on the global object, as base.html leaves it.
import "../../static/js/pages/d3.js";
