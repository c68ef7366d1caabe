"""The live figures on the page of the dense layer, held against PyTorch."""

import io
import json

import httpx2
import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, expect
from torch.nn import functional as F

from tests.browser.conftest import OpenPage
from tests.browser.figures import check_figures, figure, move, number, said, settle
from tests.conftest import every_other

Layer = tuple[torch.Tensor, torch.Tensor, torch.Tensor, list[str]]


@pytest.fixture(scope="module")
def layer(server: str) -> Layer:
    """Maps of the picture that the page opens on, the layer's weight and bias, its classes."""

    def get(path: str) -> torch.Tensor:
        body = httpx2.get(f"{server}{path}", headers={"Accept": "application/x-npy"}).content
        return torch.from_numpy(np.load(io.BytesIO(body)))

    root = "/api/v1/models/one-conv"
    facts = httpx2.get(server + root).json()
    tensors = next(one["tensors"] for one in facts["stages"] if one["layer"] == "dense")
    weight, bias = (get(f"{root}/tensors/{tensors[name]}") for name in ("weight", "bias"))
    with open("static/samples/chelsea.jpg", "rb") as file:
        files = {"input": ("chelsea.jpg", file.read(), "image/jpeg")}
    form = {"refs": "1", "format": "safetensors"}
    body = httpx2.post(f"{server}{root}/trace", files=files, data=form).content
    length = int.from_bytes(body[:8], "little")
    header = json.loads(body[8 : 8 + length])
    start, stop = header["2"]["data_offsets"]
    maps = np.frombuffer(body[8 + length + start : 8 + length + stop], np.float32)
    return (
        torch.from_numpy(maps.reshape(header["2"]["shape"]).copy()),
        weight,
        bias,
        facts["classes"],
    )


def votes(shown: Locator, name: str) -> list[float]:
    """Return the numbers beside the bars."""
    texts = shown.locator(f"[data-view={name}] .value").all_inner_texts()
    return [float(text.replace("\u2212", "-")) for text in texts]


def test_a_row_is_laid_back_on_the_maps(open_page: OpenPage, layer: Layer) -> None:
    maps, weight, bias, classes = layer
    shown = figure(open_page("/en/dense"), "row")
    everything = F.linear(maps.flatten(1), weight, bias)[0]
    assert votes(shown, "votes") == pytest.approx(everything.tolist(), abs=0.006)
    for row in (int(everything.argmax()), 6):
        shown.locator("[data-view=votes] button").nth(row).click()
        settle(shown)
        shares = (maps[0] * weight[row].view(8, 8, 8)).sum((1, 2))
        texts = [float(t.replace("\u2212", "-")) for t in shown.locator(".share").all_inner_texts()]
        assert texts == pytest.approx(shares.tolist(), abs=0.006)
        assert said(shown, "class") == classes[row]
        assert number(shown, "vote") == pytest.approx(everything[row].item(), abs=0.006)
        assert number(shown, "bias") == pytest.approx(bias[row].item(), abs=0.006)
        for name, map_ in (("for", shares.argmax()), ("against", shares.argmin())):
            assert said(shown, name).startswith(f"map {map_}: ")


def test_the_products_are_drawn(open_page: OpenPage, layer: Layer) -> None:
    """The reddest and the bluest cell of the products are the largest and the smallest product."""
    maps, weight, *_ = layer
    shown = figure(open_page("/en/dense?why.row=row:3"), "row")
    products = (maps[0] * weight[3].view(8, 8, 8)).numpy()
    read = "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    drawn = [
        c.evaluate(read) for c in shown.locator(".columns > div > div:nth-of-type(3) canvas").all()
    ]
    pixels = np.array(drawn).reshape(8, 8, 8, 4).astype(int)
    most = np.abs(products).argmax()
    warmth = (pixels[..., 0] - pixels[..., 2]).ravel()
    order = products.ravel()
    assert (warmth[order > 0.05] > 0).all()
    assert (warmth[order < -0.05] < 0).all()
    assert pixels[..., :3].sum(-1).ravel()[most] == pixels[..., :3].sum(-1).min()


def test_maps_are_silenced_and_speak_again(open_page: OpenPage, layer: Layer) -> None:
    maps, weight, bias, classes = layer
    page = open_page("/en/dense")
    shown = figure(page, "row")
    for map_ in (3, 0):
        shown.get_by_role("button", name=f"silence map {map_}").click()
        settle(shown)
    heard = maps.clone()
    heard[0, [0, 3]] = 0
    wanted = F.linear(heard.flatten(1), weight, bias)[0]
    assert votes(shown, "votes") == pytest.approx(wanted.tolist(), abs=0.006)
    assert said(shown, "winner") == classes[int(wanted.argmax())]
    before = F.linear(maps.flatten(1), weight, bias)[0]
    assert said(shown, "winner") != classes[int(before.argmax())]
    page.reload()
    shown = figure(page, "row")
    assert votes(shown, "votes") == pytest.approx(wanted.tolist(), abs=0.006)
    expect(shown.locator(".speaker[aria-pressed=true]")).to_have_count(2)
    shown.locator("[data-mend]").click()
    settle(shown)
    assert votes(shown, "votes") == pytest.approx(before.tolist(), abs=0.006)


def test_it_is_a_convolution_with_kernels_as_large_as_the_input(
    open_page: OpenPage, layer: Layer, trouble: list[str]
) -> None:
    maps, weight, bias, _ = layer
    shown = figure(open_page("/en/dense"), "covers")
    kernels = weight.view(10, 8, 8, 8)
    wanted = F.conv2d(maps, kernels, bias)[0, :, 0, 0].tolist()
    assert votes(shown, "row") == pytest.approx(wanted, abs=0.006)
    assert votes(shown, "middle") == pytest.approx(wanted, abs=0.006)
    assert number(shown, "difference") < 1e-5
    assert (said(shown, "matrix"), said(shown, "kernels")) == ("10 × 512", "10 × 8 × 8 × 8")
    move(shown, "padding", 2)
    assert said(shown, "map") == "1 × 10 × 5 × 5"
    assert votes(shown, "middle") == pytest.approx(wanted, abs=0.006)
    assert number(shown, "difference") < 1e-5
    assert trouble == []
    move(shown, "grown", 1)
    assert said(shown, "map") == "1 × 10 × 7 × 7"
    expect(shown.locator("[data-text=refusal]")).to_contain_text("512 features")
    expect(shown.locator("[data-text=refusal]")).to_contain_text(str(8 * 10 * 10))
    expect(shown.locator("[data-view=row]")).to_be_hidden()
    assert all("422" in noted for noted in trouble), "the browser notes what was refused"
    trouble.clear()
    shown.locator("[data-mend]").click()
    settle(shown)
    expect(shown.locator("[data-text=refusal]")).to_be_hidden()
    assert said(shown, "map") == "1 × 10 × 1 × 1"
    assert number(shown, "difference") < 1e-5


def test_typed_numbers_are_one_map_of_one_row(open_page: OpenPage) -> None:
    page = open_page("/en/dense?numbers=1+2+3+-4&weights=random&out_features=3")
    shown = figure(page, "row")
    expect(shown.locator(".speaker")).to_have_count(1)
    expect(shown.locator("[data-view=votes] li")).to_have_count(3)
    assert number(shown, "vote") == pytest.approx(number(shown, "whole"))


def test_rows_that_fit_no_maps_are_not_drawn(open_page: OpenPage) -> None:
    page = open_page("/en/dense?weights=random&out_features=3&flatten=false")
    shown = page.locator("[data-why=row]")
    shown.scroll_into_view_if_needed()
    expect(shown.locator(".unfit")).to_be_visible()


@pytest.mark.parametrize("path", every_other(["/en/dense", "/zh/dense"], 0))
def test_for_everyone(open_page: OpenPage, path: str) -> None:
    check_figures(open_page, path, ["row", "covers"])
