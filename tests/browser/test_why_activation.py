"""The live figures on the page of the activations, held against PyTorch."""

import json
from pathlib import Path

import pytest
import torch
from playwright.sync_api import expect
from torch.nn import functional as F

from tests.browser.conftest import OpenPage
from tests.browser.figures import check_figures, figure, move, number, said, settle
from tests.conftest import every_other

POINTS = json.loads(Path("templates/why/bent_line.json").read_text())
VALUES = [-7.5, -5.0, -3.0, -2.0, -1.0, -0.5, 0.25, 0.5, 1.0, 2.0, 4.0, 6.5]


def two_layers(between: str, bias: dict[int, float] | None = None) -> tuple[float, float]:
    """Return how far the layers are from one line, and from the points on average."""
    fit = POINTS["fits"][between]
    w1, b1, w2, b2 = (
        torch.tensor(fit[layer][kind])
        for layer in ("first", "second")
        for kind in ("weight", "bias")
    )
    for unit, value in (bias or {}).items():
        b1[unit] = value
    function = getattr(F, between) if between else torch.nn.Identity()

    def through(x: torch.Tensor) -> torch.Tensor:
        hidden = F.linear(x, w1[:, None], b1)
        return F.linear(function(hidden), w2[None], b2)[:, 0]

    fine = torch.linspace(-2, 2, 161)[:, None]
    one = fine[:, 0] * (w2 @ w1) + w2 @ b1 + b2
    at = torch.tensor(POINTS["x"])[:, None]
    miss = (through(at) - torch.tensor(POINTS["y"])).abs().mean()
    return (through(fine) - one).abs().max().item(), miss.item()


@pytest.mark.parametrize("between", ["leaky_relu", "tanh", "sigmoid", "gelu"])
def test_a_function_between_bends_the_line(open_page: OpenPage, between: str) -> None:
    shown = figure(open_page("/en/activation"), "bend")
    move(shown, "between", between)
    difference, miss = two_layers(between)
    assert number(shown, "difference") == pytest.approx(difference, abs=0.006)
    assert number(shown, "miss") == pytest.approx(miss, abs=0.0006)
    assert miss < 0.1


def test_with_none_the_two_are_one(open_page: OpenPage) -> None:
    page = open_page("/en/activation")
    shown = figure(page, "bend")
    assert number(shown, "difference") == pytest.approx(two_layers("relu")[0], abs=0.006)
    move(shown, "between", "")
    assert number(shown, "difference") < 1e-5
    assert number(shown, "miss") == pytest.approx(two_layers("")[1], abs=0.0006)
    assert two_layers("")[1] > 0.5


def test_a_neuron_is_moved_kept_in_the_link_and_mended(open_page: OpenPage) -> None:
    page = open_page("/en/activation")
    shown = figure(page, "bend")
    before = number(shown, "miss")
    shown.locator(".unit").nth(2).click()
    settle(shown)
    assert number(shown, "miss") == before
    move(shown, "bias", -3)
    moved = two_layers("relu", {2: -3.0})[1]
    assert number(shown, "miss") == pytest.approx(moved, abs=0.0006)
    assert "why.bend=unit:2" in page.url
    page.reload()
    shown = figure(page, "bend")
    assert number(shown, "miss") == pytest.approx(moved, abs=0.0006)
    expect(shown.locator(".unit").nth(2)).to_have_attribute("aria-pressed", "true")
    shown.locator("[data-mend]").click()
    settle(shown)
    assert number(shown, "miss") == before


def test_a_link_to_another_function_brings_its_own_weights(open_page: OpenPage) -> None:
    shown = figure(open_page("/en/activation?why.bend=between:tanh"), "bend")
    assert number(shown, "miss") == pytest.approx(two_layers("tanh")[1], abs=0.0006)


@pytest.mark.parametrize(
    ("function", "scale", "shift"),
    every_other(
        [("relu", 1, 0), ("relu", 1, 3), ("relu", 1, -3), ("leaky_relu", 1, -3), ("sigmoid", 4, 1)]
    ),
)
def test_flat_places_on_ones_own_values(
    open_page: OpenPage, function: str, scale: float, shift: float
) -> None:
    page = open_page("/en/activation?before=&numbers=" + "+".join(map(str, VALUES)))
    shown = figure(page, "slopes")
    for control, value in (("function", function), ("scale", scale), ("shift", shift)):
        move(shown, control, value)
    x = (torch.tensor(VALUES, dtype=torch.float64) * scale + shift).requires_grad_()
    getattr(F, function)(x).sum().backward()
    assert x.grad is not None
    dead, flat = (x.grad == 0).float().mean(), (x.grad.abs() < 0.01).float().mean()
    assert number(shown, "dead") == pytest.approx(100 * dead.item(), abs=0.06)
    assert number(shown, "flat") == pytest.approx(100 * flat.item(), abs=0.06)


def test_the_pages_own_function_is_looked_at(open_page: OpenPage) -> None:
    page = open_page("/en/activation?function=relu")
    shown = figure(page, "slopes")
    assert 40 < number(shown, "dead") < 60
    move(shown, "shift", -6)
    assert number(shown, "dead") > 90
    page.locator("[data-selector] input[value=leaky_relu]").check()
    shown.scroll_into_view_if_needed()
    expect(shown.locator("[data-text=dead]")).to_have_text("0.0\u00a0%")
    assert said(shown, "flat") == "0.0 %"


@pytest.mark.parametrize("path", every_other(["/en/activation", "/zh/activation"], 0))
def test_for_everyone(open_page: OpenPage, path: str) -> None:
    check_figures(open_page, path, ["bend", "slopes"])
