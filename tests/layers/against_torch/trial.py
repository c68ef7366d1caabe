"""One call tried on both sides: what came out, or that it was refused."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import torch
from hypothesis import strategies as st
from pydantic import ValidationError

from app.layers import FAMILIES
from app.layers.base import Array
from app.problems import Invalid
from app.runtime.session_cache import SessionCache
from tests.layers.cases import run
from tests.layers.oracles import assert_same

Outcome: TypeAlias = list[Array] | None
"""The outputs, or None for a refusal."""


def ours(
    family: str, parameters: Mapping[str, Any], tensors: dict[str, Array], tag: str | None = None
) -> Outcome:
    """Apply a layer of a family by Layerlab."""
    variants = FAMILIES[family].variants
    kind = variants[FAMILIES[family].default if tag is None else tag]
    try:
        done = run(kind.model_validate(dict(parameters)), tensors, SessionCache(1))
    except (ValidationError, Invalid):
        return None
    return list(done.outputs.values())


def theirs(call: Callable[..., Any], *tensors: Array | None, **arguments: Any) -> Outcome:
    """Apply a function of PyTorch."""
    given = [None if t is None else torch.from_numpy(t) for t in tensors]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is slow there
            found = call(*given, **arguments)
    except (RuntimeError, ValueError, IndexError, ZeroDivisionError):
        return None
    made = [y.numpy() for y in (found if isinstance(found, tuple) else (found,))]
    # Some calls answer with an empty axis where the contract refuses a size below 1.
    return None if any(0 in y.shape[1:] for y in made) else made


def theirs_of_any_batch(
    call: Callable[..., Any], x: Array, *tensors: Array | None, **arguments: Any
) -> Outcome:
    """Apply a function of PyTorch; to one sample where there is none, since it checks more then."""
    if x.shape[:1] != (0,):
        return theirs(call, x, *tensors, **arguments)
    found = theirs(call, np.zeros((1, *x.shape[1:]), np.float32), *tensors, **arguments)
    return None if found is None else [found[0][:0], *found[1:]]


def assert_agree(mine: Outcome, other: Outcome) -> None:
    """Both refuse, or both give the same numbers."""
    if mine is None or other is None:
        assert mine is other, "only one of the two refuses"
        return
    for one, two in zip(mine, other, strict=True):
        # Our output has its batch axis always; PyTorch's only when the input has one.
        assert_same(one, two[None] if two.ndim < one.ndim else two)


def numbers(*shape: int, whole: bool = False) -> Array:
    """Draw float32 numbers, whole ones where there shall be ties."""
    generator = np.random.default_rng([len(shape), *shape])
    drawn = generator.integers(-3, 4, shape) if whole else generator.normal(size=shape)
    return np.asarray(drawn, np.float32)


def last_axis_first(begins: Sequence[int], ends: Sequence[int]) -> list[int]:
    """Return pads in the order of F.pad."""
    return [p for pair in zip(reversed(begins), reversed(ends), strict=True) for p in pair]


def per_axis(dims: int, low: int, high: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*[st.integers(low, high)] * dims)
