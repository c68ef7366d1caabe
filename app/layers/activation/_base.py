"""Activation functions: every value passes through the same curve by itself. A file here is one."""

import math
from typing import ClassVar, Self

from app.layers._function import Function
from app.layers.base import Shapes
from app.problems import Invalid


class Activation(Function):
    """A function of one number, applied to each.

    Shapes:
        input of any rank; output the same.
    """

    selector = "function"
    order = 2
    family_title = "Activation"
    # Arrays of the input's size that its graph holds at once, besides what comes in and goes out.
    holds: ClassVar[int] = 0
    family_summary = "Every value passes through the same curve by itself; no neighbour is asked."

    def resolve(self, shapes: Shapes) -> Self:
        if 0 in shapes["input"][1:] or shapes["input"] == (0,):
            shape = list(shapes["input"])
            raise Invalid("input {shape} has an empty axis", loc=("input",), shape=shape)
        return self

    def scratch_elements(self, shapes: Shapes) -> int:
        return self.holds * math.prod(shapes["input"])
