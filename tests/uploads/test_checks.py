"""What is let in and what is not, and the sentence that says why."""

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from app.networks.open import open_graph
from app.problems import Invalid
from app.uploads.checks import read_model
from tests.uploads.made import custom, good, in_training, model, node


def _read(sent: onnx.ModelProto) -> onnx.ModelProto:
    return read_model(sent.SerializeToString())


def test_operators_that_no_node_is_are_not_asked_for() -> None:
    """An optimiser writes down every set of operators that it knows."""
    sent = good()
    others = ("ai.onnx.ml", "com.microsoft", "org.example")
    sent.opset_import.extend(helper.make_opsetid(domain, 1) for domain in others)
    x = np.random.default_rng(0).normal(0, 1, (1, 3, 8, 8)).astype(np.float32)
    plain, other = (open_graph(_read(one)) for one in (good(), sent))
    expected = plain.run(x, [plain.output])[plain.output]
    np.testing.assert_array_equal(other.run(x, [other.output])[other.output], expected)
    with pytest.raises(Invalid, match=r"com\.example"):
        _read(custom())


@pytest.mark.parametrize("how", ["held", "constant", "made", "drawn"])
def test_a_network_in_training_is_refused(how: str) -> None:
    with pytest.raises(Invalid, match=r"Dropout, leaves numbers out at random.*model\.eval\(\)"):
        open_graph(_read(in_training(how)))


def test_a_dropout_that_is_done_is_let_in() -> None:
    sent = in_training()
    sent.graph.initializer[1].CopyFrom(numpy_helper.from_array(np.array(False), "yes"))
    stages = open_graph(_read(sent)).stages
    assert [stage.operator for stage in stages] == ["Dropout", "Relu"]


def test_the_reason_names_what_is_wrong() -> None:
    long = "/features/block_12/depthwise/squeeze_and_excite/reduced/Conv_output_0"
    with pytest.raises(Invalid, match="output of any previous nodes") as missing:
        _read(model([node("Relu", long, "y", name="late")]))
    said = str(missing.value.message.say(str))
    assert long in said
    assert "late" in said
    assert "\n" not in said
    with pytest.raises(Invalid) as endless:
        _read(model([node("Relu", "a" * 5000, "y")]))
    assert len(endless.value.message.say(str)) < 400
