"""The live figures on the page of convolution, held against PyTorch."""

import io
import json
from pathlib import Path

import httpx2
import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, expect
from torch.nn import functional as F

from tests.browser.conftest import OpenPage
from tests.browser.figures import check_figures, figure, move, number, said
from tests.browser.rest import at_rest
from tests.conftest import every_other

FIGURES = ["finds", "follows", "neighbours"]
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
KERNELS = [
    SOBEL.T,
    SOBEL,
    torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
    torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
]
GLYPHS = json.loads(Path("static/samples/glyphs.json").read_text())


@pytest.fixture(scope="module")
def picture(server: str) -> torch.Tensor:
    """The picture that the page opens on, as the layers receive it."""
    with open("static/samples/chelsea.jpg", "rb") as file:
        files = {"input": ("chelsea.jpg", file.read(), "image/jpeg")}
    held = httpx2.post(
        f"{server}/api/v1/tensors", files=files, data={"input.size": "224x224"}
    ).json()
    accept = {"Accept": "application/x-npy"}
    body = httpx2.get(f"{server}/api/v1/tensors/{held['ref']}", headers=accept).content
    found = torch.from_numpy(np.load(io.BytesIO(body)))
    assert found.shape == (1, 3, 224, 224)
    return found


def through(kernel: torch.Tensor, picture: torch.Tensor, stride: int = 1) -> torch.Tensor:
    """Return the map of one kernel, the same on every channel."""
    return F.conv2d(picture, kernel.expand(1, 3, 3, 3), stride=stride, padding=1)[0, 0]


def alike(one: torch.Tensor, other: torch.Tensor) -> float:
    """Return the correlation of two maps."""
    return float(torch.corrcoef(torch.stack([one.flatten(), other.flatten()]))[0, 1])


def cells(shown: Locator, kernel: int) -> list[float]:
    """Return the nine numbers that stand under a map."""
    texts = shown.locator("[data-kernel]").nth(kernel).locator("[data-view=kernel] text")
    return [float(text.replace("\u2212", "-")) for text in texts.all_text_contents()]


def test_a_kernel_finds_its_feature_until_it_is_changed(
    open_page: OpenPage, picture: torch.Tensor
) -> None:
    page = open_page("/en/conv")
    shown = figure(page, "finds")
    assert number(shown, "alike") == 1
    for index, kernel in enumerate(KERNELS):
        move(shown, "kernel", str(index))
        assert cells(shown, index) == pytest.approx(kernel.flatten().tolist(), abs=0.006)
        ways = {"turned": kernel.rot90(), "flipped": -kernel}
        for way, changed in ways.items():
            move(shown, "way", way)
            assert cells(shown, index) == pytest.approx(changed.flatten().tolist(), abs=0.006)
            wanted = alike(through(changed, picture), through(kernel, picture))
            assert number(shown, "alike") == pytest.approx(wanted, abs=0.006)
        move(shown, "way", "")
    assert torch.equal(KERNELS[0].rot90().abs(), KERNELS[1].abs()), "turned: edges down"
    move(shown, "kernel", "0")
    move(shown, "way", "shuffled")
    changed = torch.tensor(cells(shown, 0)).view(3, 3)
    assert sorted(changed.flatten().tolist()) == sorted(KERNELS[0].flatten().tolist())
    wanted = alike(through(changed, picture), through(KERNELS[0], picture))
    assert number(shown, "alike") == pytest.approx(wanted, abs=0.006)
    assert abs(wanted) < 0.1, "the feature is lost, as the words say"
    assert "why.finds=way:shuffled" in page.url
    page.reload()
    assert number(figure(page, "finds"), "alike") == pytest.approx(wanted, abs=0.006)


def moved(x: torch.Tensor, across: int, down: int) -> torch.Tensor:
    """Return a picture or a map moved, its border going on."""
    rows = (torch.arange(x.shape[-2]) - down).clamp(0, x.shape[-2] - 1)
    columns = (torch.arange(x.shape[-1]) - across).clamp(0, x.shape[-1] - 1)
    return x[..., rows, :][..., columns]


def apart(picture: torch.Tensor, across: int, down: int, stride: int) -> tuple[float, float, int]:
    """Return how far the two ways differ inside and at the border, and the size of the map."""
    x, y = ((2 * by + stride) // (2 * stride) for by in (across, down))  # a half goes up
    one = through(SOBEL, moved(picture, across, down), stride)
    gap = (one - moved(through(SOBEL, picture, stride), x, y)).abs()
    inside = gap[abs(y) + 1 : -abs(y) - 1, abs(x) + 1 : -abs(x) - 1]
    most = inside.max().item()
    inside.zero_()
    return most, gap.max().item(), gap.numel()


def test_the_map_moves_with_the_picture(open_page: OpenPage, picture: torch.Tensor) -> None:
    shown = figure(open_page("/en/conv"), "follows")
    for stride, steps in {1: [(4, 2), (-3, 0)], 2: [(1, 0), (2, -4)], 4: [(8, 4)]}.items():
        move(shown, "stride", str(stride))
        for across, down in steps:
            move(shown, "across", across)
            move(shown, "down", down)
            inside, border, size = apart(picture, across, down, stride)
            assert number(shown, "inside") == pytest.approx(inside, abs=0.006)
            assert (inside < 1e-5) == (across % stride == 0 == down % stride)
            assert number(shown, "border") == pytest.approx(border, abs=0.006)
        joined = f"150\u202f528 × {size:,} = ".replace(",", "\u202f")
        assert said(shown, "joined").startswith(joined)
    assert said(shown, "own") == "27"


def scores(net: int, pixels: str, learned: str) -> torch.Tensor:
    """Return what a network says of all held-out pictures."""
    grey = [[int(digit) / GLYPHS["levels"] for digit in one] for one in GLYPHS["pictures"]]
    order = torch.tensor(GLYPHS["order"])
    x = torch.tensor(grey)
    x = x[:, order] if pixels == "permuted" else x
    layers = GLYPHS["learned"]["permuted" if learned == "permuted" else "place"][net]
    weights = [torch.tensor(one["weight"]).view(one["shape"]) for one in layers]
    biases = [torch.tensor(one["bias"]) for one in layers]
    if net == 0:
        moved = weights[0][:, order] if learned == "along" else weights[0]
        return F.linear(x, moved, biases[0])
    maps = F.relu(F.conv2d(x.view(-1, 1, 12, 12), weights[0], biases[0]))
    return F.linear(maps.amax((2, 3)), weights[1], biases[1])


def right(net: int, pixels: str, learned: str) -> int:
    """Return of how many pictures a network says what they show."""
    which = torch.tensor(GLYPHS["which"])
    return int((scores(net, pixels, learned).argmax(1) == which).sum())


def test_what_the_words_say_of_the_two_networks_was_measured() -> None:
    place, permuted = ([right(net, p, p) for net in (0, 1)] for p in ("place", "permuted"))
    assert abs(place[0] - permuted[0]) <= 3, "the dense layer is as good as before"
    assert place[1] - permuted[1] >= 24, "the convolution is not"
    lost = [right(net, "permuted", "place") for net in (0, 1)]
    assert max(lost) < 0.5 * len(GLYPHS["which"]), "both are lost until they learn again"


def test_pixels_are_permuted(open_page: OpenPage) -> None:
    page = open_page("/en/conv")
    shown = figure(page, "neighbours")
    move(shown, "picture", 6)
    assert said(shown, "truth") == "cross"
    assert GLYPHS["names"][GLYPHS["which"][5]] == "cross"
    check_networks(shown, "place", "place")
    move(shown, "pixels", "permuted")
    for learned in ("place", "along", "permuted"):
        move(shown, "learned", learned)
        check_networks(shown, "permuted", learned)
    assert "why.neighbours=pixels:permuted,learned:permuted,picture:6" in page.url
    page.reload()
    check_networks(figure(page, "neighbours"), "permuted", "permuted")


def check_networks(shown: Locator, pixels: str, learned: str) -> None:
    """Hold what is said of both networks and of the sixth picture against PyTorch."""
    for net, place in enumerate(shown.locator("[data-net]").all()):
        found = scores(net, pixels, learned)
        count = right(net, pixels, learned)
        assert said(place, "right") == f"{count} / 120 = {count / 1.2:.1f} %"
        change = (found - scores(net, "place", "place")).abs().max().item()
        assert number(place, "moved") == pytest.approx(change, abs=0.006)
        assert learned != "along" or (change < 1e-4) == (net == 0)
        texts = place.locator(".bars .value").all_inner_texts()
        for share, text in zip(100 * F.softmax(found[5], 0), texts, strict=True):
            assert text == (f"{share:.1f}\u00a0%" if share >= 0.05 else "<\u00a00.1\u00a0%")


def test_the_page_does_not_write_into_a_figure(open_page: OpenPage) -> None:
    """Both have a place for a number of parameters; the figure has not drawn itself yet."""
    page = at_rest(open_page("/en/conv"))
    expect(page.locator("[data-part=facts] [data-text=parameters]")).to_have_text("27")
    for place in page.locator("[data-why=neighbours] [data-text=parameters]").all():
        expect(place).to_have_text("–")


def test_a_signal_has_no_figures_of_pictures(open_page: OpenPage) -> None:
    page = open_page("/en/conv?sample=heartbeat&spatial_dims=1&weights=random")
    for name in ("finds", "follows"):
        shown = page.locator(f"[data-why={name}]")
        shown.scroll_into_view_if_needed()
        expect(shown.locator(".unfit")).to_be_visible()
    assert number(figure(page, "neighbours").locator("[data-net]").first, "parameters") == 580


@pytest.mark.parametrize("path", every_other(["/en/conv", "/zh/conv"], 1))
def test_for_everyone(open_page: OpenPage, path: str) -> None:
    check_figures(open_page, path, FIGURES)
