"""The safetensors body, read back by a reader written from the format's description."""

import json
import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.layers.base import Array
from app.tensors.safetensors import safetensors_parts

NAMES: dict[str, str] = {"BOOL": "bool"}
NAMES |= {f"F{bits}": f"<f{bits // 8}" for bits in (16, 32, 64)}
NAMES |= {
    f"{kind}{bits}": f"<{kind.lower()}{bits // 8}" for kind in "IU" for bits in (8, 16, 32, 64)
}


def read(data: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """Read a body and hold it to the format's rules on the way."""
    (size,) = struct.unpack_from("<Q", data)
    assert size % 8 == 0
    header = json.loads(data[8 : 8 + size])
    assert data[8:9] == b"{"
    metadata, buffer, end, found = header.pop("__metadata__", {}), data[8 + size :], 0, {}
    for name, told in header.items():
        start, stop = told["data_offsets"]
        assert start == end, "the tensors lie one behind the other, without a hole"
        end = stop
        flat = np.frombuffer(buffer[start:stop], NAMES[told["dtype"]])
        found[name] = flat.reshape(told["shape"])
    assert end == len(buffer), "nothing follows the last tensor"
    return found, metadata


def test_every_tensor_and_the_metadata_come_back() -> None:
    tensors: dict[str, Array] = {
        "output": np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32),
        "indices": np.arange(6).reshape(2, 3),
        "mask": np.array([0, 255], np.uint8),
        "scalar": np.float32(7) * np.ones((), np.float32),
        "nothing": np.zeros((0, 3), np.float32),
        "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
        "nan": np.array([np.nan, np.inf], np.float32),
    }
    found, metadata = read(b"".join(safetensors_parts(tensors, {"layerlab": '{"ü": "漢字"}'})))
    assert metadata == {"layerlab": '{"ü": "漢字"}'}
    assert list(found) == list(tensors)
    for name, value in tensors.items():
        assert found[name].dtype == value.dtype
        np.testing.assert_array_equal(found[name], value)


def test_no_tensor_at_all() -> None:
    assert read(b"".join(safetensors_parts({}, {}))) == ({}, {})


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(
            lambda name: name != "__metadata__"
        ),
        st.sampled_from(list(NAMES.values())).flatmap(
            lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
        ),
        max_size=4,
    ),
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.just("é"), max_size=2),
)
def test_any_tensors_come_back(tensors: dict[str, Array], metadata: dict[str, str]) -> None:
    found, told = read(b"".join(safetensors_parts(tensors, metadata)))
    assert told == metadata
    assert list(found) == list(tensors)
    for name, value in tensors.items():
        assert found[name].dtype == value.dtype
        np.testing.assert_array_equal(found[name], value)
