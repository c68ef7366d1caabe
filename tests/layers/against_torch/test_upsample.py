"""Upsample: every mode, larger and smaller, by size and by factor, as PyTorch has it."""

from typing import Any

import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from app.layers.base import Array
from tests.layers.against_torch.trial import Outcome, assert_agree, numbers, ours, per_axis, theirs

MODES = ["nearest", "linear", "bilinear", "bicubic", "trilinear"]
OF = {1: ["nearest", "linear"], 2: ["nearest", "bilinear", "bicubic"], 3: ["nearest", "trilinear"]}
FACTORS = st.floats(0.2, 4).map(lambda f: round(f, 2)) | st.sampled_from([0.5, 1.0, 2.0, 3.0, 1.1])


def _both(x: Array, **asked: Any) -> tuple[Outcome, Outcome]:
    return ours("upsample", asked, {"input": x}), theirs(F.interpolate, x, **asked)


@st.composite
def sources(draw: st.DrawFn) -> tuple[Array, str]:
    """Draw an input and a mode that is for as many axes."""
    dims = draw(st.integers(1, 3))
    batch = draw(st.sampled_from([1, 1, 2, 0]))
    x = numbers(batch, draw(st.integers(1, 3)), *draw(per_axis(dims, 1, 6)))
    return x, draw(st.sampled_from(OF[dims]))


def _corners(mode: str, corners: bool) -> dict[str, bool]:
    return {} if mode == "nearest" else {"align_corners": corners}


@given(sources(), st.booleans(), st.data())
def test_to_a_size(source: tuple[Array, str], corners: bool, data: st.DataObject) -> None:
    x, mode = source
    size = data.draw(per_axis(x.ndim - 2, 1, 9))
    assert_agree(*_both(x, size=size, mode=mode, **_corners(mode, corners)))


@given(sources(), st.booleans(), st.data())
def test_by_factors(source: tuple[Array, str], corners: bool, data: st.DataObject) -> None:
    x, mode = source
    factors = data.draw(st.tuples(*[FACTORS] * (x.ndim - 2)))
    assert_agree(*_both(x, scale_factor=factors, mode=mode, **_corners(mode, corners)))


@given(sources(), st.booleans(), FACTORS, st.integers(1, 9))
def test_one_number_for_all_axes(
    source: tuple[Array, str], corners: bool, factor: float, size: int
) -> None:
    x, mode = source
    more: dict[str, Any] = {"mode": mode, **_corners(mode, corners)}
    assert_agree(*_both(x, scale_factor=factor, **more))
    assert_agree(*_both(x, size=size, **more))


@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=6),
    st.sampled_from(MODES),
    st.none() | st.booleans(),
    st.none() | st.integers(1, 4) | st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.none() | FACTORS | st.lists(FACTORS, min_size=1, max_size=3),
)
def test_what_does_not_fit(
    shape: list[int], mode: str, corners: bool | None, size: Any, factor: Any
) -> None:
    x = numbers(*shape)
    if size is None and factor is None:
        factor = 2.0  # as it is here when nothing is said
    asked: dict[str, Any] = {"mode": mode, "size": size, "scale_factor": factor}
    mine = ours(
        "upsample", asked | ({} if corners is None else {"align_corners": corners}), {"input": x}
    )
    # Said of a mode that blends nothing, false changes nothing; PyTorch wants it left out.
    corners = None if mode == "nearest" and not corners else corners
    assert_agree(mine, theirs(F.interpolate, x, **asked, align_corners=corners))
