"""Files as they are sent: Schemathesis has pictures of its own, but no arrays and no models."""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import schemathesis
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

KINDS = ("float32", "float64", "float16", "bool", "uint8", "int64")


def _saved(array: npt.NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


schemathesis.openapi.media_type(
    "application/x-npy",
    hnp.arrays(
        st.sampled_from([np.dtype(kind) for kind in KINDS]),
        hnp.array_shapes(min_dims=0, max_dims=5, max_side=4),
    ).map(_saved),
)

# A chain that was exported here, and bytes that are none.
schemathesis.openapi.media_type(
    "application/octet-stream",
    st.one_of(
        st.sampled_from([Path("models/one-conv/model.onnx").read_bytes()]),
        st.binary(min_size=1, max_size=64),
    ),
)
