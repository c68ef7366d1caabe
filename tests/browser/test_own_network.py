"""Networks that somebody sends, and what their pages tell of operators that no trained one has."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from app.layers.base import Array
from tests.browser import axe
from tests.browser.rest import listen, quiet
from tests.browser.server import serving
from tests.networks.keras_like import EACH, KERNELS, channels_last
from tests.tensors.test_safetensors import read
from tests.uploads.made import model, node


class Opened(Protocol):
    """Sends a network and opens its page."""

    def __call__(self, sent: onnx.ModelProto, query: str = "") -> Page: ...


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a service that takes models."""
    log = tmp_path_factory.mktemp("uploads") / "log.txt"
    with serving(log, LAYERLAB_MODEL_UPLOADS="1") as url:
        yield url


@pytest.fixture
def opened(browser: Browser, uploads: str) -> Iterator[Opened]:
    """Sends a network and opens its page; what goes wrong on it fails the test."""
    pages: list[Page] = []
    wrong: list[str] = []

    def opened(sent: onnx.ModelProto, query: str = "") -> Page:
        page = browser.new_page(base_url=uploads, reduced_motion="reduce")
        pages.append(page)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        listen(page)
        file = FilePayload(
            name="m.onnx", mimeType="application/onnx", buffer=sent.SerializeToString()
        )
        told: dict[str, Any] = page.request.post("/api/v1/models", multipart={"model": file}).json()
        page.goto(f"/en/networks/{told['name']}{query}")
        expect(page.locator("[data-network]")).not_to_have_attribute("aria-busy", "true")
        return quiet(page)

    yield opened
    for page in pages:
        page.close()
    assert wrong == []


def held(name: str, values: Sequence[float] | Sequence[int]) -> onnx.TensorProto:
    kind = np.int64 if all(isinstance(n, int) for n in values) else np.float32
    return numpy_helper.from_array(np.array(values, kind), name)


def branched() -> onnx.ModelProto:
    """Return a pad, a product, maps laid behind each other, their means and shares of those."""
    return model(
        [
            node("Pad", "x pads", "padded", mode="reflect"),
            node("Sigmoid", "padded", "gate"),
            node("Mul", "padded gate", "gated"),
            node("Concat", "padded gated", "both", axis=1),
            node("ReduceMean", "both", "means", axes=[2, 3], keepdims=0),
            node("LogSoftmax", "means", "logs", axis=1),
        ],
        (1, 1, 32, 32),
        [held("pads", [0, 0, 1, 1, 0, 0, 1, 1])],
        rank=2,
    )


def weighing() -> onnx.ModelProto:
    """Return three scores of twelve numbers, which are no picture."""
    weight = np.random.default_rng(2).normal(0, 1, (12, 3)).astype(np.float32)
    return model(
        [node("MatMul", "x w", "y")], (1, 12), [numpy_helper.from_array(weight, "w")], rank=2
    )


def told(page: Page) -> Locator:
    """Return what is said of the one number."""
    return page.locator("[data-chosen] [data-mode]:visible")


def test_a_mean_of_very_many_is_told_as_a_mean(opened: Opened) -> None:
    page = opened(branched(), "?stage=4&at=0,1")
    expect(told(page)).to_contain_text("the mean of 1\u202f156")
    expect(told(page).locator("table")).to_have_count(0)
    expect(told(page).locator(".terms")).to_be_hidden()


@pytest.mark.parametrize(
    ("place", "source"),
    [("0&at=0,0,0,5", "input[0, 0, 1, 4]"), ("3&at=0,1,2,3", "gated[0, 0, 2, 3]")],
)
def test_a_number_that_is_moved_is_no_sum(opened: Opened, place: str, source: str) -> None:
    page = opened(branched(), f"?stage={place}")
    expect(told(page)).to_contain_text(f"taken from {source}")
    line = told(page).locator(".sum-line").get_attribute("aria-label") or ""
    sent, output = line.removeprefix("input ").split(" = output ")
    assert sent == output
    for word in ("weight", "product", "bias"):
        expect(told(page)).not_to_contain_text(word)


def test_a_product_has_no_bias(opened: Opened) -> None:
    page = opened(branched(), "?stage=2&at=0,0,2,3")
    expect(told(page)).to_contain_text("weight")
    expect(told(page)).not_to_contain_text("bias")


def test_a_logarithm_of_a_share_is_told_with_its_quotient(opened: Opened) -> None:
    page = opened(branched(), "?stage=5&at=0,1")
    expect(told(page).locator(".shares tbody tr")).to_have_count(2)
    expect(told(page)).to_contain_text("ln (")


def test_a_network_that_takes_no_picture_is_given_numbers(opened: Opened, tmp_path: Path) -> None:
    page = opened(weighing())
    typed = page.get_by_label("Type numbers")
    weight = numpy_helper.to_array(weighing().graph.initializer[0])

    def gives(x: Array) -> None:
        scores = x.reshape(1, 12) @ weight
        best = int(scores.argmax())
        said = f"{scores.max():.2f}".replace("-", "\u2212")
        expect(page.locator("[data-text=verdict]")).to_have_text(
            f"Output {best} is the largest ({said})"
        )

    first = typed.input_value()
    gives(np.array(first.split(), np.float32))
    expect(page.locator("[data-chosen]")).to_contain_text("12 products, summed")
    expect(page.locator("[data-chosen]")).not_to_contain_text("picture")
    expect(page.locator("[data-problem]")).to_be_hidden()
    page.get_by_role("button", name="Other random numbers").click()
    expect(typed).not_to_have_value(first)
    gives(np.array(typed.input_value().split(), np.float32))
    typed.fill("1 2 3")
    page.get_by_role("button", name="Use these numbers").click()
    expect(page.locator("#numbers-wrong")).to_have_text(
        "This network takes 12 numbers; these are 3."
    )
    typed.fill("0 0 0 1\n0 0 0 0\n0 0 0 0.5")
    page.get_by_role("button", name="Use these numbers").click()
    gives(np.eye(12, dtype=np.float32)[3] + np.eye(12, dtype=np.float32)[11] / 2)
    expect(page.locator("#numbers-wrong")).to_be_hidden()
    np.save(tmp_path / "x.npy", np.full((1, 12), 2, np.float32))
    page.locator("input[type=file]").set_input_files(tmp_path / "x.npy")
    gives(np.full(12, 2, np.float32))
    page.locator("[data-part=added]").scroll_into_view_if_needed()
    expect(page.locator("[data-part=added]")).to_contain_text("input[0, 6]")
    expect(page.locator("[data-part=added]")).not_to_contain_text("picture")
    assert axe.violations(page) == []
    page.goto(page.url.split("?")[0] + "?numbers=1+2")
    expect(page.locator("[data-problem]")).to_have_text(
        "This network takes 12 numbers; these are 2."
    )
    expect(page.locator("[data-chosen]")).to_be_hidden()


def test_channels_that_come_last_are_the_colours_of_a_picture(opened: Opened) -> None:
    """The link and the page have (N, C, H, W); the file, and its table of costs, (N, H, W, C)."""
    page = opened(channels_last(), "?stage=2&at=0,1,3,4")
    expect(page.locator("#given-title")).to_have_text("Picture")
    expect(page.locator("[data-text=conversions]")).to_contain_text("(N, H, W, C)")
    name = page.url.split("/networks/")[1].split("?")[0]
    sample = page.locator("[data-sample][aria-pressed=true] img").get_attribute("src") or ""
    file = FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=page.request.get(sample).body())
    answer = page.request.post(
        f"/api/v1/models/{name}/trace?format=safetensors&nodes=-1", multipart={"input": file}
    )
    x = read(answer.body())[0]["input"].transpose(0, 3, 1, 2)

    scaled = x[0, :, 2:5, 3:6] * EACH[:, None, None]
    value = float((scaled * KERNELS[1]).sum())
    expect(told(page)).to_contain_text("27 products, summed")
    line = told(page).locator(".sum-line").get_attribute("aria-label") or ""
    said = float(line.split("output ")[1].replace("\u2212", "-"))
    assert said == pytest.approx(value, abs=0.006)
    expect(page.locator("[data-text=field]")).to_contain_text("rows 2 to 4, columns 3 to 5")

    page.goto(f"{page.url.split('?')[0]}?stage=0&at=0,2,3,4")
    expect(told(page)).to_contain_text(f"{x[0, 2, 3, 4]:.2f}")
    expect(told(page)).to_contain_text("2.00")  # what its channel is multiplied with
    expect(told(page)).to_contain_text(f"{x[0, 2, 3, 4] * 2:.2f}")
    expect(page.locator("[data-text=field]")).to_contain_text("row 3, column 4")

    page.goto(f"{page.url.split('?')[0]}?stage=5&at=0,3,1,2")
    expect(told(page)).to_contain_text("taken from small[0, 3, 1, 2]")
    rows = page.locator("[data-view=costs] tbody tr")
    expect(rows.nth(0)).to_contain_text("1 \u00d7 9 \u00d7 12 \u00d7 3")
    expect(page.locator("[data-problem]")).to_be_hidden()
    assert axe.violations(page) == []


def test_a_picture_of_channels_last_is_covered_and_weighed(opened: Opened) -> None:
    page = opened(channels_last())
    reasons = page.locator("[data-reasons]")
    reasons.scroll_into_view_if_needed()
    expect(page.locator("#square-size")).to_have_attribute("max", "9")
    expect(page.locator("[data-text=seen-at]")).to_contain_text("the places of the maps of back")
    link = page.locator("[data-view=features] a").first
    expect(link).to_have_text(re.compile(r"back, map [0-4], row [0-3], column [0-5]"))
    said = link.inner_text()
    link.click()
    where = dict(re.findall(r"(map|row|column) (\d)", said))
    expect(page.locator("[data-chosen] h2").first).to_have_text(f"back, map {where['map']}")
    expect(told(page)).to_contain_text(
        f"taken from small[0, {where['map']}, {where['row']}, {where['column']}]"
    )


def test_neighbours_that_quieten_a_number_stand_with_their_squares(opened: Opened) -> None:
    nodes = [
        node("Concat", "x x x", "maps", axis=1),
        node("LRN", "maps", "quiet", size=3, alpha=1.0),
        node("ReduceMean", "quiet", "means", axes=[2, 3], keepdims=0),
    ]
    page = opened(model(nodes, (1, 1, 32, 32), [], rank=2), "?stage=1&at=0,1,5,5")
    expect(told(page).locator(".terms [data-term]")).to_have_count(3)
    line = told(page).locator(".sum-line")
    expect(line).to_have_attribute("aria-label", re.compile(r"^\(k 1\.00 \+ alpha / size 0\.33 × "))
    expect(line).to_have_attribute("aria-label", re.compile(r"÷ divisor .+ = output "))
