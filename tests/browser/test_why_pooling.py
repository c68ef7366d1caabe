"""The live figures on the page of pooling, held against PyTorch on the picture that is shown."""

import io
from collections.abc import Callable

import httpx2
import numpy as np
import pytest
import torch
from playwright.sync_api import expect
from torch.nn import functional as F

from tests.browser.conftest import OpenPage
from tests.browser.figures import check_figures, figure, move, number, said, settle
from tests.browser.rest import at_rest
from tests.conftest import every_other

FIGURES = ["shrink", "reach", "nudge", "average", "linear"]
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
GAUSS = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]])[None, None] / 16


@pytest.fixture(scope="module")
def picture(server: str) -> torch.Tensor:
    """The picture that the page opens on, as the layers receive it."""
    with open("static/samples/chelsea.jpg", "rb") as file:
        files = {"input": ("chelsea.jpg", file.read(), "image/jpeg")}
    decode = {"input.size": "56x56", "input.mode": "L"}
    held = httpx2.post(f"{server}/api/v1/tensors", files=files, data=decode).json()
    accept = {"Accept": "application/x-npy"}
    body = httpx2.get(f"{server}/api/v1/tensors/{held['ref']}", headers=accept).content
    found = torch.from_numpy(np.load(io.BytesIO(body)))
    assert found.shape == (1, 1, 56, 56)
    return found


def test_the_layers_after_it_get_cheaper(open_page: OpenPage) -> None:
    shown = figure(open_page("/en/pooling"), "shrink")
    for window in (1, 2, 4):
        move(shown, "window", window)
        side = 56 // window
        assert said(shown, "shapes") == f"1 × 1 × 56 × 56 → 1 × 1 × {side} × {side}"
        assert said(shown, "own") == "0"
        dense = torch.nn.Linear(side * side, 10, bias=False).weight.numel()
        text = shown.locator("[data-view=costs]").inner_text().replace("\u00a0", " ")
        assert text.count("÷") == (0 if window == 1 else 3)
        assert f"÷ {window**2}.0" in text or window == 1
        assert f"{dense / 1000:.3g} k" in text


@pytest.mark.parametrize("window", [1, 2, 3, 5])
def test_what_follows_sees_further(open_page: OpenPage, window: int) -> None:
    """A gradient through the same layers finds the cells that one pixel depends on."""
    shown = figure(open_page("/en/pooling"), "reach")
    move(shown, "window", window)
    for pool, name in ((1, "field-0"), (window, "field-1")):
        x = torch.ones(1, 1, 56, 56, requires_grad=True)
        kernel = torch.ones(1, 1, 3, 3)
        out = F.conv2d(F.avg_pool2d(F.conv2d(x, kernel, padding=1), pool), kernel, padding=1)
        middle = out.shape[-1] // 2
        torch.autograd.backward(out[0, 0, middle, middle])
        assert x.grad is not None
        rows, columns = (int((x.grad[0, 0] != 0).any(axis).sum()) for axis in (1, 0))
        assert said(shown, name) == f"{rows} × {columns}"


def test_a_pixel_is_chosen_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/en/pooling")
    shown = figure(page, "reach")
    shown.locator("[data-view=map]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(shown).to_have_attribute("aria-busy", "false")
    assert "why.reach=y:29,x:29" in page.url
    assert said(shown, "field-0") == "5 × 5"


@pytest.mark.parametrize(("by", "window"), [(1, 4), (2, 2), (-3, 5), (0, 2)])
def test_a_shift_is_forgiven_in_part(
    open_page: OpenPage, picture: torch.Tensor, by: int, window: int
) -> None:
    shown = figure(open_page("/en/pooling"), "nudge")
    move(shown, "window", window)
    move(shown, "by", by)
    columns = (torch.arange(56) - by).clamp(0, 55)
    moved = picture[..., columns]
    ways: list[Callable[[torch.Tensor], torch.Tensor]] = [
        lambda x: x,
        lambda x: F.max_pool2d(x, window),
        lambda x: F.avg_pool2d(x, window),
        lambda x: F.conv2d(x, GAUSS, stride=window, padding=1),
    ]
    for place, way in zip(shown.locator("[data-view=way]").all(), ways, strict=True):
        change = (way(moved) - way(picture)).abs()
        values = [text.replace("\u00a0%", "") for text in place.locator("dd").all_inner_texts()]
        same, mean, largest = (float(value.removeprefix("< ")) for value in values)
        # A mean of four that only rounding changes is the same to one library, not to the other.
        assert same == pytest.approx(100 * (change == 0).float().mean().item(), abs=1.5)
        assert mean == pytest.approx(change.mean().item(), abs=0.0006)
        assert largest == pytest.approx(change.max().item(), abs=0.0006)


def test_an_average_is_a_convolution_until_it_is_broken(
    open_page: OpenPage, picture: torch.Tensor
) -> None:
    page = open_page("/en/pooling")
    shown = figure(page, "average")
    assert number(shown, "difference") == 0
    shown.locator("[data-view=weights] input").first.fill("0.5")
    settle(shown)
    weight = torch.tensor([[0.5, 0.25], [0.25, 0.25]])[None, None]
    apart = F.conv2d(picture, weight, stride=2) - F.avg_pool2d(picture, 2)
    assert number(shown, "difference") == pytest.approx(apart.abs().max().item(), abs=0.006)
    page.reload()
    shown = figure(page, "average")
    assert number(shown, "difference") > 0.1
    shown.locator("[data-mend]").click()
    settle(shown)
    assert number(shown, "difference") == 0
    move(shown, "window", 3)
    assert number(shown, "difference") < 1e-6


def test_the_largest_is_not_linear_but_the_mean_is(
    open_page: OpenPage, picture: torch.Tensor
) -> None:
    page = open_page("/en/pooling")
    shown = figure(page, "linear")
    edges = F.conv2d(picture, SOBEL, padding=1)
    apart = F.max_pool2d(picture, 2) + F.max_pool2d(edges, 2)
    whole = F.max_pool2d(picture + edges, 2)
    gap = apart - whole
    equal = 100 * (gap.abs() < 1e-6).float().mean().item()
    assert number(shown, "equal") == pytest.approx(equal, abs=0.2)
    shown.locator("[data-view=gap]").focus()
    below = F.max_pool2d(edges, 2)[0, 0, :, 14]
    start, x = 28 // 3, 14
    y = next(y for y in range(start + 1, 28) if below[y] < -0.01)
    for _ in range(y - start):
        page.keyboard.press("ArrowDown")
        settle(shown)
    assert f"+ (−{-below[y].item():.3f}) =" in said(shown, "together")
    assert number(shown, "whole") == pytest.approx(whole[0, 0, y, x].item(), abs=0.0006)
    assert said(shown, "together").endswith(f"= {apart[0, 0, y, x].item():.3f}".replace("-", "−"))
    verdict = "equal" if gap[0, 0, y, x].abs() < 1e-6 else "not equal"
    assert said(shown, "verdict") == verdict
    move(shown, "mode", "avg")
    assert number(shown, "equal") == 100
    assert said(shown, "verdict") == "equal"


def test_a_signal_has_no_figures_of_pictures(open_page: OpenPage) -> None:
    page = open_page("/en/pooling?sample=heartbeat&spatial_dims=1")
    shown = page.locator("[data-why=reach]")
    shown.scroll_into_view_if_needed()
    expect(shown.locator(".unfit")).to_be_visible()
    expect(shown.locator(".why-main")).to_be_hidden()


@pytest.mark.parametrize("path", every_other(["/en/pooling", "/zh/pooling"], 1))
def test_for_everyone(open_page: OpenPage, path: str) -> None:
    check_figures(open_page, path, FIGURES)


def test_captions_stand_on_one_line_and_their_buttons_beside_them(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling", size=(1280, 3600)))
    stack = page.locator("[data-why=reach] .stack").last
    expect(stack.locator(".enlarge")).to_have_count(4)
    tops = stack.locator(".small").evaluate_all("all => all.map((one) => one.offsetTop)")
    assert len(set(tops)) == 1
    for caption in stack.locator(".small").all():
        # Its name and its size, and no third line for the button.
        assert caption.evaluate("one => one.offsetHeight") <= 40
    # The button of the map does not lie over the title of the window beside it.
    button = page.locator("[data-why=linear] .enlarge").bounding_box()
    title = page.locator("[data-why=linear] .windows .cap").first.bounding_box()
    assert button
    assert title
    assert button["x"] + button["width"] <= title["x"]
