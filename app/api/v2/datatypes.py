"""What the Open Inference Protocol calls the types of numbers."""

import numpy as np

from app.layers.base import Array
from app.problems import Invalid, Listed
from app.tensors.raw import BFLOAT16
from app.tensors.received import dtype_name

TEXT = "BYTES"
DATATYPES = {
    "FP32": "float32",
    "FP64": "float64",
    "FP16": "float16",
    "BF16": BFLOAT16,
    "INT8": "int8",
    "INT16": "int16",
    "INT32": "int32",
    "INT64": "int64",
    "UINT8": "uint8",
    "UINT16": "uint16",
    "UINT32": "uint32",
    "UINT64": "uint64",
    "BOOL": "bool",
}
_NAMES = {np.dtype(kind): name for name, kind in DATATYPES.items() if kind != BFLOAT16}


def datatype_of(array: Array) -> str:
    """Return what the protocol calls the type of an array that goes out."""
    return datatype_named(dtype_name(array))


def datatype_named(name: str) -> str:
    """Return what the protocol calls a type, by NumPy's name of it."""
    return _NAMES[np.dtype(name)]


def numpy_name(datatype: object) -> str:
    """Return what NumPy calls a type of the protocol.

    Raises:
        Invalid: it is none, or holds no numbers.
    """
    if datatype == TEXT:
        raise Invalid(
            "a tensor of BYTES cannot be used; it must hold numbers: {names}",
            loc=("datatype",),
            names=Listed(DATATYPES),
        )
    if not isinstance(datatype, str) or datatype not in DATATYPES:
        raise Invalid("datatype must be one of {names}", loc=("datatype",), names=Listed(DATATYPES))
    return DATATYPES[datatype]
