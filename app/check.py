"""The cross-check: a run's output beside what the layer's NumPy form gives, element by element."""

import math
from typing import Any

import numpy as np

from app.layers.base import Array
from app.problems import Message, message
from app.runs import Plan, Run, count
from app.settings import Limits

_DOUBLE = 8
_ROUND_NS = 10_000
_ELEMENT_NS = 6
_WORK_NS = 2


def check_effort(plan: Plan) -> int:
    """Return how long a check takes, roughly, in billionths of a second."""
    elements, rounds = plan.layer.numpy_effort(plan.shapes)
    work = max(plan.cost.macs, plan.layer.reads(plan.shapes))
    return _WORK_NS * work + _ELEMENT_NS * (elements + _moved(plan)) + _ROUND_NS * rounds


def too_large_to_check(plan: Plan, limits: Limits) -> Message | None:
    """Return why a check would pass a limit; None where it would not."""
    held = _DOUBLE * (plan.layer.numpy_effort(plan.shapes).elements + 2 * _moved(plan))
    if plan.working_bytes + held > limits.working_bytes:
        return message(
            "not checked: the same in NumPy would take {working} bytes of working memory; "
            "at most {most} can be",
            working=plan.working_bytes + held,
            most=limits.working_bytes,
        )
    effort = check_effort(plan)
    if effort > limits.check_ns:
        return message(
            "not checked: the same in NumPy would take about {seconds} s; at most {most} s can be",
            seconds=round(effort / 1e9, 1),
            most=round(limits.check_ns / 1e9, 1),
        )
    return None


def _moved(plan: Plan) -> int:
    return sum(count(shape) for shape in (*plan.shapes.values(), *plan.outputs.values()))


def check(run: Run) -> dict[str, Any]:
    """Compare every element of the main output with the NumPy form of the layer, in float64.

    Returns:
        `max_abs_difference` and where it is; a NaN or an infinity on one side only is a
        difference that no number says, so it is None there. Both the same is none.
    """
    ours, theirs = run.outputs["output"], by_numpy(run)[0]
    with np.errstate(all="ignore"):
        # What passes float32's range is infinite there.
        rounded = theirs.astype(np.float32)
        same = (ours == rounded) | (np.isnan(ours) & np.isnan(rounded))
        apart = np.where(same, 0.0, np.abs(ours - theirs))
    apart[np.isnan(apart)] = np.inf
    if not apart.size:
        return {"by": "numpy", "max_abs_difference": 0.0, "at": None, "elements": 0}
    at = np.unravel_index(int(np.argmax(apart)), apart.shape)
    return {
        "by": "numpy",
        "max_abs_difference": _number(apart[at]),
        "at": [int(i) for i in at],
        "ours": _number(ours[at]),
        "theirs": _number(theirs[at]),
        "elements": apart.size,
    }


def by_numpy(run: Run) -> list[Array]:
    """Return every output as the NumPy form gives it."""
    call = run.plan.layer.numpy_call(run.plan.shapes)
    given = [
        run.tensors[name].astype(np.float64) if name in run.tensors else None
        for name in call.tensors
    ]
    with np.errstate(all="ignore"):
        found = call.function(*given, **call.arguments)
    return list(found) if isinstance(found, tuple) else [found]


def _number(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None
