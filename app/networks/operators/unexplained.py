"""What is run and shown, and not explained."""

from typing import Self

from pydantic import PrivateAttr

from app.layers._explain import Explanation
from app.layers._graph_node import GraphNode
from app.layers.base import ReceptiveField, Shape, Shapes, Tensors
from app.networks.operators._base import Operator, each_alone
from app.networks.operators._costs import UNCOUNTED, macs_of
from app.networks.receptive import Reach
from app.problems import Invalid

# What goes element by element, a smaller tensor spread as NumPy does it.
_NAMES = """
Abs Acos Acosh Add And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor
Cast CastLike Ceil Celu Clip Cos Cosh DequantizeLinear Div Elu Equal Erf Exp Floor Gelu Greater
GreaterOrEqual HardSigmoid HardSwish IsInf IsNaN LeakyRelu Less LessOrEqual Log Max Mean Min
Mish Mod Mul Neg Not Or PRelu Pow QuantizeLinear Reciprocal Relu Round Selu Shrink Sigmoid Sign
Sin Sinh Softplus Softsign Sqrt Sub Sum Swish Tan Tanh ThresholdedRelu Where Xor
"""
_EACH_ALONE = frozenset(_NAMES.split())
# A number of their own, of all that comes in, is in every element.
_OF_ALL = frozenset({"DynamicQuantizeLinear", "GroupNormalization", "InstanceNormalization"})


class Unexplained(Operator):
    """An operator that no file here knows; ONNX Runtime runs it."""

    operator: str
    shape: tuple[int, ...]
    _macs: int = PrivateAttr(0)

    @classmethod
    def of_node(cls, node: GraphNode, *, first: bool = True) -> Self:
        """Keep the operator's name, what comes out, and what that costs if it is the first."""
        found = cls(operator=node.operator[:80], shape=tuple(node.outputs[0]))
        found._macs = macs_of(node) if first else 0
        return found

    @property
    def is_counted(self) -> bool:
        return self.operator not in UNCOUNTED

    def macs(self, shapes: Shapes) -> int:
        return self._macs

    def output_shapes(self, shapes: Shapes) -> dict[str, Shape]:
        return {"output": self.shape}

    def goes_alone(self, shapes: Shapes) -> bool:
        return self.operator in _EACH_ALONE

    def receptive_field(self, shapes: Shapes) -> ReceptiveField | None:
        return each_alone(self.shape) if self.goes_alone(shapes) else None

    def reach(self, shapes: Shapes) -> ReceptiveField | Reach:
        return Reach.ALL if self.operator in _OF_ALL else super().reach(shapes)

    def explain(self, tensors: Tensors, at: Shape) -> Explanation:
        raise Invalid(
            "'{operator}' is run and shown here, but not explained",
            loc=("node",),
            operator=self.operator,
        )
