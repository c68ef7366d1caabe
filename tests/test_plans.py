"""What a plan foretells, held against runs: which cells an output sees, and which none sees."""

import math
import os
from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.graphs import layer_model
from app.layers import FAMILIES
from app.layers.base import INPUT, Array, Layer, ReceptiveField, Shape
from app.plans import Steps, Values, ranges
from app.problems import Problem
from app.runs import Plan, complete, make_plan
from app.runtime.sessions import Session, load
from tests.layers.cases import CASES, LIMITS, drawn, every_case

SEARCHED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=1000 if os.environ.get("LAYERLAB_TEST_FULL") else 100,
)
LOUD = np.float32(1000)
ONES: dict[str, Any] = {"out_channels": 1, "init": "ones"}


def touched(plan: Plan, tensors: dict[str, Array], place: Shape, session: Session) -> Array:
    """Return which cells of the output change with one cell of the input, over all channels."""
    sent = complete(plan, tensors)
    before = session.run(sent)["output"]
    changed = sent[INPUT.name].copy()
    changed[(0, 0, *place)] += LOUD
    after = session.run({**sent, INPUT.name: changed})["output"]
    moved = np.asarray(~np.isclose(before, after, rtol=1e-6, atol=1e-6))
    return np.asarray(moved.any(axis=(0, 1)))


def within(field: ReceptiveField, at: Shape, place: Shape) -> bool:
    """Tell whether an output sees a cell; between two cells a place sees the one on either side."""
    return all(
        offset + i * stride - 1 < q < offset + i * stride + size
        for i, q, size, stride, offset in zip(at, place, *field, strict=True)
    )


def _fills_from_the_input(layer: Layer) -> bool:
    """Tell whether cells of the input stand outside it too, so that they are seen from afar."""
    modes = {getattr(layer, name, "zeros") for name in ("padding_mode", "mode")}
    return bool(modes & {"reflect", "replicate", "circular"})


def _session(plan: Plan) -> Session:
    return load(layer_model(plan.layer, plan.shapes), "cpu")


@every_case
def test_outputs_see_no_cell_past_their_receptive_field(number: int) -> None:
    plan = make_plan(CASES[number].layer(), CASES[number].shapes, LIMITS)
    field = plan.layer.receptive_field(plan.shapes)
    if not plan.shapes[INPUT.name][2:] or field is None or _fills_from_the_input(plan.layer):
        return
    session, tensors = _session(plan), CASES[number].tensors()
    for place in np.ndindex(*plan.shapes[INPUT.name][2:]):
        for at in np.argwhere(touched(plan, tensors, place, session)):
            assert within(field, tuple(at), place), (tuple(at), place)


@every_case
def test_each_spatial_axis_has_its_numbers(number: int) -> None:
    plan = make_plan(CASES[number].layer(), CASES[number].shapes, LIMITS)
    field, axes = plan.layer.receptive_field(plan.shapes), len(plan.shapes[INPUT.name][2:])
    assert field is None or [len(part) for part in field] == [axes] * 3
    assert len(plan.layer.dropped(plan.shapes)) == axes


@st.composite
def lines(draw: st.DrawFn) -> tuple[Layer, Shape]:
    """Draw a window over one axis; the axes of a window do not know of each other."""
    side = st.integers(0, 3)
    asked: dict[str, Any] = {
        "spatial_dims": 1,
        "stride": draw(st.integers(1, 5)),
        "dilation": draw(st.integers(1, 3)),
        "padding": [draw(side), draw(side)],
        "kernel_size": draw(st.integers(1, 4)),
    }
    name, tag, more = draw(
        st.sampled_from(
            [
                ("conv", "", ONES),
                ("pooling", "max", {}),
                ("pooling", "avg", {}),
                ("pooling", "avg", {"ceil_mode": True}),
                ("pooling", "max", {"ceil_mode": True}),
                ("conv_transpose", "", ONES),
            ]
        )
    )
    layer = FAMILIES[name].variants[tag].model_validate({**asked, **more})
    return layer, (1, 1, draw(st.integers(1, 14)))


def _planned(layer: Layer, shape: Shape) -> Plan:
    try:
        return make_plan(layer, {INPUT.name: shape}, LIMITS)
    except Problem:
        assume(False)
        raise


def _seen(plan: Plan) -> Array:
    """Return (cells, outputs): which output changes with which cell."""
    session, tensors = _session(plan), drawn({INPUT.name: plan.shapes[INPUT.name]})
    cells = range(plan.shapes[INPUT.name][2])
    return np.stack([touched(plan, tensors, (cell,), session) for cell in cells])


@given(lines())
@SEARCHED
def test_windows_see_their_first_and_last_cell(line: tuple[Layer, Shape]) -> None:
    plan = _planned(*line)
    field = plan.layer.receptive_field(plan.shapes)
    assert field is not None
    (size,), (stride,), (offset,) = field
    seen, last = _seen(plan), plan.shapes[INPUT.name][2] - 1
    assert all(within(field, (int(i),), (int(q),)) for q, i in np.argwhere(seen))
    if plan.layer.family == "conv_transpose":  # stamps: an output between two of them sees fewer
        assert seen.sum(0).max(initial=0) <= size
        return
    for i in range(seen.shape[1]):
        for cell in (offset + i * stride, offset + i * stride + size - 1):
            assert not 0 <= cell <= last or seen[int(cell), i]


@given(lines())
@SEARCHED
def test_dropped_cells_change_nothing_and_the_one_before_does(line: tuple[Layer, Shape]) -> None:
    plan = _planned(*line)
    assume(plan.layer.family != "conv_transpose")
    (lost,) = plan.layer.dropped(plan.shapes)
    seen, used = np.asarray(_seen(plan).any(1)), plan.layer.known()
    assert not seen[len(seen) - lost :].any()
    # A window that hangs over the end may step over the last cell, and one of a dilation too.
    steps_over = used["dilation"] != (1,) and (used.get("ceil_mode") or used["padding"][1])
    if used["stride"][0] <= used["kernel_size"][0] and not steps_over:
        assert lost == len(seen) or seen[len(seen) - lost - 1]


@given(lines(), st.sampled_from(["reflect", "replicate", "circular"]))
@SEARCHED
def test_a_border_made_of_the_input_reaches_it_too(line: tuple[Layer, Shape], mode: str) -> None:
    assume(line[0].family == "conv")
    plan = _planned(line[0].model_copy(update={"padding_mode": mode}), line[1])
    (lost,) = plan.layer.dropped(plan.shapes)
    seen = np.asarray(_seen(plan).any(1))
    assert not seen[len(seen) - lost :].any()


@given(
    st.integers(1, 7),
    st.integers(1, 12) | st.floats(0.3, 3).map(lambda f: round(f, 2)),
    st.sampled_from(["nearest", "linear", "bicubic"]),
    st.booleans(),
)
@SEARCHED
def test_blends_see_no_cell_past_theirs(cells: int, to: float, mode: str, corners: bool) -> None:
    asked: dict[str, Any] = {"mode": mode}
    if mode != "nearest":
        asked["align_corners"] = corners
    shape: Shape = (1, 1, cells, 1) if mode == "bicubic" else (1, 1, cells)
    way = "size" if isinstance(to, int) else "scale_factor"
    asked[way] = [to, 1][: len(shape) - 2]
    plan = _planned(FAMILIES["upsample"].first.model_validate(asked), shape)
    field = plan.layer.receptive_field(plan.shapes)
    assert field is not None
    assert math.prod(field.size) in (1, 2, 16)
    session, tensors = _session(plan), drawn({INPUT.name: shape})
    for place in np.ndindex(*shape[2:]):
        for at in np.argwhere(touched(plan, tensors, place, session)):
            assert within(field, tuple(at), place), (tuple(at), place, field)


def _ranges(name: str, shape: Shape, **said: Any) -> Any:
    family = FAMILIES[name]
    return ranges(family.first(**said), {INPUT.name: shape}, LIMITS)


def test_a_range_of_channels_goes_in_steps_of_the_groups() -> None:
    for name in ("conv", "conv_transpose"):
        found = _ranges(name, (1, 6, 8, 8), out_channels=6, groups=3, kernel_size=3)
        assert found["out_channels"].min == found["out_channels"].step == 3
        assert found["out_channels"].max % 3 == 0
        assert found["out_channels"].max > 6
        assert found["groups"] == Values((1, 2, 3, 6))
        alone = _ranges(name, (1, 6, 8, 8), out_channels=6, kernel_size=3)
        assert alone["out_channels"].min == 1
        assert not isinstance(alone["out_channels"], Steps)


def test_only_axes_that_come_in_order_can_be_flattened() -> None:
    found = _ranges("flatten", (1, 2, 5, 5, 2), start_dim=1)
    assert found["end_dim"] == Values((-4, -3, -2, -1, 1, 2, 3, 4))
    assert found["start_dim"] == Values((-5, -4, -3, -2, -1, 0, 1, 2, 3, 4))
