"""What a file will become is counted as the parser counts it, and before it parses."""

import onnx
import pytest
from google.protobuf.message import Message

from app.api.pipeline.open import MOST_PARTS
from app.graphs import weighted_model
from app.problems import TooLarge, Unreadable
from app.settings import limits
from app.uploads.counted import count_fields
from tests.layers.cases import CASES, every_case, run_of
from tests.uploads.made import good


def _counted(message: Message) -> int:
    """Count the fields of a message that was parsed, and of those within it."""
    found = 0
    for field, value in message.ListFields():
        several = value if field.is_repeated else [value]
        packed = field.has_options and field.GetOptions().packed
        found += 1 if packed else len(several)
        if field.message_type is not None:
            found += sum(map(_counted, several))
    return found


@every_case
def test_a_layers_file_is_counted_as_it_is_parsed(number: int) -> None:
    run = run_of(number)
    weights = {name: value for name, value in run.tensors.items() if name != "input"}
    model = weighted_model(run.plan.layer, run.plan.shapes, weights)
    parts = count_fields(model.SerializeToString(), MOST_PARTS)
    assert parts == _counted(model)
    assert 10 * limits().stages * parts <= MOST_PARTS, "the longest chain of such has a tenth"


def test_packed_numbers_count_each() -> None:
    model = onnx.ModelProto()
    model.graph.initializer.add().int64_data.extend([1] * 5000)
    with pytest.raises(TooLarge, match="more than 4000 parts"):
        count_fields(model.SerializeToString(), 4000)
    assert 5000 < count_fields(model.SerializeToString(), 6000) < 5010


def test_bytes_of_a_weight_count_nothing() -> None:
    model = good()
    before = count_fields(model.SerializeToString(), MOST_PARTS)
    model.graph.initializer[0].raw_data = bytes(1 << 20)
    assert count_fields(model.SerializeToString(), MOST_PARTS) == before


def test_a_name_that_is_no_text_is_refused() -> None:
    data = good().SerializeToString().replace(b"Conv", b"C\xff\xfev")
    with pytest.raises(Unreadable):
        count_fields(data, MOST_PARTS)


def test_cases_are_there() -> None:
    assert len(CASES) > 50
