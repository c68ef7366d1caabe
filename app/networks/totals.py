"""What the stages of a chain take together, as far as a limit counts it."""

from typing import NamedTuple

from app.layers.base import INPUT
from app.runs import FLOAT_BYTES, Plan, count


class Totals(NamedTuple):
    """What stages take together, as far as a limit counts it.

    Attributes:
        made: elements of all outputs.
        working: bytes, with every output kept until the end.
        held: bytes that stay: tensors besides the inputs, and what graphs hold of their sizes.
        peak: bytes besides those, of the stage that takes most.
        macs: multiply-accumulates.
        reads: elements that windows look at.
    """

    made: int = 0
    working: int = 0
    held: int = 0
    peak: int = 0
    macs: int = 0
    reads: int = 0

    def plus(self, other: "Totals") -> "Totals":
        """Return both together."""
        total = Totals(*(a + b for a, b in zip(self, other, strict=True)))
        return total._replace(peak=max(self.peak, other.peak))


def totals_of(plan: Plan, *, skips: bool = False) -> Totals:
    """Return what one stage takes.

    Args:
        plan: of it.
        skips: its input is not what the stage before it gives, and was kept until now.
    """
    layer, shapes, working = plan.layer, plan.shapes, plan.working_bytes
    kept = FLOAT_BYTES * count(shapes[INPUT.name]) if skips else 0
    made = sum(map(count, plan.outputs.values()))
    scratch = 0 if layer.keeps_scratch else layer.scratch_elements(shapes)
    peak = FLOAT_BYTES * (count(shapes[INPUT.name]) + made + scratch)
    return Totals(made, working, working - peak + kept, peak, plan.cost.macs, layer.reads(shapes))
