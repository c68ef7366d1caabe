"""An .onnx that the page exported is opened again, and a number of a chain is taken apart."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from playwright.sync_api import FilePayload, Page, expect

from app.graphs import chain_metadata
from app.networks.chain import make_stages
from app.networks.compile import chain_model
from app.tensors.store import default_folder
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_build import card, lenet, shares, taken, tile, titles, told
from tests.uploads.made import good

DROP = """([name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
}"""
LAYERS = "conv+out_channels:2+kernel_size:3+seed:7*activation*pooling*dense+out_features:3*softmax"


def opened(page: Page, file: Path) -> Page:
    page.get_by_label("An .onnx that was exported here").set_input_files(file)
    return page


def test_lenet_comes_back_with_its_weights(open_page: OpenPage, tmp_path: Path) -> None:
    page = lenet(open_page)
    made, spread = shares(page), card(page, 4).locator("[data-text=range]").inner_text()
    file = taken(page, "onnx", tmp_path)
    other = opened(at_rest(open_page("/en/build?open=")), file)
    expect(other.locator(".card")).to_have_count(13)
    expect(other.locator("[data-text=run]")).to_contain_text("One run")
    at_rest(other)
    assert titles(other) == titles(page)
    expect(told(other, 7, "shape")).to_have_text("1 × 400")
    expect(other.locator("[data-text=in-shape]")).to_have_text("1 × 1 × 28 × 28")
    assert shares(other) == made
    expect(card(other, 4).locator("[data-text=range]")).to_have_text(spread)
    expect(card(other, 8).locator("summary").first).to_contain_text("weight 120 × 400")
    # What the page takes away now is that file, to the last byte.
    (tmp_path / "again").mkdir()
    assert taken(other, "onnx", tmp_path / "again").read_bytes() == file.read_bytes()


def test_what_the_service_let_go_of_is_sent_again(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    file = taken(lenet(open_page), "onnx", tmp_path)
    page = opened(at_rest(open_page("/en/build?open=")), file)
    expect(page.locator(".card")).to_have_count(13)
    made = shares(at_rest(page))
    refs = re.findall(r"ref:([\w-]+)", page.url)
    assert refs
    for ref in refs:
        (default_folder() / ref).unlink()
    page.reload()
    at_rest(page)
    assert shares(page) == made
    assert not set(refs) & set(re.findall(r"ref:([\w-]+)", page.url))
    # Another browser has only the link.
    link = page.url
    for ref in set(re.findall(r"ref:([\w-]+)", link)):
        (default_folder() / ref).unlink()
    other = open_page(link)
    expect(other.locator("[data-wrong=input]")).to_contain_text("not carry all weights")
    trouble.clear()


def test_a_small_one_stands_in_the_link_and_can_be_dropped(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = at_rest(open_page(f"/en/build?open=&input.size=28x28&layers={LAYERS}"))
    file = taken(page, "onnx", tmp_path)
    made = shares(page)
    small = at_rest(open_page("/zh/build?open=&layers=pooling&input.size=28x28"))
    small.evaluate(DROP, ["Chain.ONNX", list(file.read_bytes())])
    expect(small.locator(".card")).to_have_count(5)
    at_rest(small)
    assert shares(small) == made
    kernel = re.findall(r'"data":\[([^\]]*)\]', small.evaluate("decodeURIComponent(location.href)"))
    held = onnx.load(file).graph.initializer
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in held}
    first = np.array(kernel[0].split(","), np.float32)
    np.testing.assert_array_equal(first, weights["conv.weight"].reshape(-1))


def test_an_input_that_no_picture_can_be_becomes_numbers(open_page: OpenPage) -> None:
    layers: list[dict[str, Any]] = [
        {"layer": "conv", "out_channels": 2, "kernel_size": 3},
        {"layer": "activation", "function": "relu"},
    ]
    weight = np.random.default_rng(0).normal(0, 1, (2, 8, 3, 3)).astype(np.float32)
    shape = (1, 8, 6, 5)
    stages = make_stages(layers, {"conv.weight": weight}, shape)
    model = chain_model(stages, chain_metadata(layers, shape), last=True)
    page = at_rest(open_page("/en/build?open="))
    sent = FilePayload(name="a.onnx", mimeType="", buffer=model.SerializeToString())
    page.get_by_label("An .onnx that was exported here").set_input_files(sent)
    expect(page.locator("[data-text=in-shape]")).to_have_text("1 × 8 × 6 × 5")
    expect(page.locator(".card")).to_have_count(2)
    expect(told(at_rest(page), 1, "shape")).to_have_text("1 × 2 × 4 × 3")
    given = page.locator(".node").first
    expect(given.locator("h3")).to_have_text("input")
    expect(given.locator(".pager")).to_contain_text("1/3")  # its maps, not the first one alone
    given.locator(".tile").nth(1).hover()
    expect(page.locator("[data-text=lit]")).to_contain_text("input, map 1. It helps to make 2.")
    assert violations(page) == []


def test_what_is_no_chain_is_refused_with_the_reason(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    page = at_rest(open_page("/en/build"))
    file = taken(page, "onnx", tmp_path)
    model = onnx.load(file)
    next(n for n in model.graph.node if n.op_type == "Relu").op_type = "Sigmoid"
    changed = FilePayload(name="a.onnx", mimeType="", buffer=model.SerializeToString())
    page.get_by_label("An .onnx that was exported here").set_input_files(changed)
    wrong = page.locator("[data-wrong=input]")
    expect(wrong).to_contain_text("not the one that its chain compiles to: node 1 (Relu) differs")
    broken = FilePayload(name="a.onnx", mimeType="", buffer=b"no model")
    page.get_by_label("An .onnx that was exported here").set_input_files(broken)
    expect(wrong).to_contain_text("not an ONNX file")
    expect(page.locator(".card")).to_have_count(5)
    trouble.clear()


X = np.random.default_rng(6).integers(-9, 10, (12, 12))


@pytest.mark.parametrize(("number", "at"), [(1, (0, 1, 6, 4)), (3, (0, 1, 3, 2)), (4, (0, 2))])
def test_a_number_of_a_stage_is_taken_apart_as_pytorch_makes_it(
    open_page: OpenPage, tmp_path: Path, number: int, at: tuple[int, ...]
) -> None:
    where, rows = ",".join(map(str, at)), "%0A".join("+".join(map(str, row)) for row in X)
    query = f"open={number - 1}&at={where}&layers={LAYERS}&numbers={rows}"
    page = at_rest(open_page(f"/en/build?{query}"))
    weights = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in onnx.load(taken(page, "onnx", tmp_path)).graph.initializer
    }
    conv = F.conv2d(torch.from_numpy(X.astype(np.float32))[None, None], weights["conv.weight"])
    pooled = F.max_pool2d(F.relu(conv), 2)
    made = [conv, F.relu(conv), pooled, pooled.flatten(1) @ weights["dense.weight"].T]
    said = card(page, number).locator(".chosen .ar > :not([hidden])").first
    written = f"{float(made[number - 1][at]):.2f}".replace("-", "−")
    expect(said).to_contain_text(written)
    assert violations(page) == []


COVERED = """number => document.querySelectorAll(".card")[number].getBoundingClientRect().top
    - document.querySelector(".seen").getBoundingClientRect().bottom"""


@pytest.mark.parametrize("size", [(1280, 800), (1280, 660), (390, 844)])
def test_a_layer_that_is_opened_is_not_covered(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = at_rest(open_page("/en/build?open=", size=size))
    tile(page, 3).click()
    expect(card(page, 3).locator(".chosen")).to_be_visible()
    at_rest(page)
    assert page.evaluate(COVERED, 2) >= 0
    box = card(page, 3).bounding_box()
    assert box
    assert 0 <= box["y"] < size[1] - 100


def test_a_map_in_the_graph_opens_its_layer(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build?open="))
    expect(page.locator(".chosen")).to_be_hidden()
    expect(page.locator(".node")).to_have_count(6)
    tile(page, 3, 1).hover()
    expect(page.locator("[data-text=lit]")).to_have_text(
        "pooling, map 1. Made of one map. It helps to make one."
    )
    tile(page, 3, 1).click()
    expect(card(page, 3).locator(".chosen")).to_be_visible()
    expect(card(page, 3).locator("[data-text=chosen]")).to_have_text("pooling, map 1")
    expect(tile(page, 3, 1)).to_have_attribute("aria-current", "true")
    assert "open=2" in page.url
    # What is made of a map one to one is turned to with it.
    page.locator('.node[data-node="2"] [data-turn="1"]').click()
    tile(page, 3, 4).click()
    expect(tile(page, 1, 4)).to_be_visible()
    expect(tile(page, 2, 4)).to_be_visible()
    # What comes out is taken apart by its bar.
    page.locator(".classes button").nth(4).click()
    expect(card(page, 5).locator("[data-text=where]:visible")).to_contain_text("4")
    page.go_back()
    expect(card(page, 3).locator("[data-chosen]")).to_be_visible()


def test_another_network_is_shown_the_way(open_page: OpenPage, trouble: list[str]) -> None:
    page = at_rest(open_page("/en/build?open="))
    way = page.get_by_role("link", name="Networks").last
    sent = FilePayload(name="m.onnx", mimeType="", buffer=good().SerializeToString())
    page.get_by_label("An .onnx that was exported here").set_input_files(sent)
    expect(page.locator("[data-wrong=input]")).to_contain_text("exported here")
    expect(page.locator("[data-elsewhere]")).to_be_visible()
    way.click()
    expect(page.locator("#own")).to_be_in_viewport()
    page.go_back()
    at_rest(page)
    broken = FilePayload(name="m.onnx", mimeType="", buffer=b"no model")
    page.get_by_label("An .onnx that was exported here").set_input_files(broken)
    expect(page.locator("[data-wrong=input]")).to_contain_text("ONNX file")
    expect(page.locator("[data-elsewhere]")).to_be_hidden()
    trouble.clear()
