"""Weights of a chain's layers by hand: typed, out of a file, in the link or held beside it."""

import re
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from playwright.sync_api import FilePayload, Locator, Page, expect

from app.layers.base import Array
from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_build import NOT_SAID, card, shares, taken, told
from tests.tensors.test_npy import saved

SMALL = (
    "conv+out_channels:2+kernel_size:3+seed:5*pooling+kernel_size:6*dense+out_features:3*softmax"
)


def choose(page: Page, number: int, source: str) -> Locator:
    """Where the weights of a layer come from; returns their editor."""
    card(page, number).get_by_role("radio", name=source).check(force=True)
    return at_rest(page).locator(".card").nth(number - 1).locator(".own-weights")


def weights(page: Page, folder: Path) -> dict[str, Array]:
    model = onnx.load(taken(page, "onnx", folder))
    return {tensor.name: numpy_helper.to_array(tensor).copy() for tensor in model.graph.initializer}


def give(editor: Locator, name: str, data: bytes) -> None:
    payload = FilePayload(name=name, mimeType="", buffer=data)
    editor.locator("input[type=file]").set_input_files(payload)


def test_numbers_are_typed_and_stand_in_the_link(open_page: OpenPage, tmp_path: Path) -> None:
    page = at_rest(open_page(f"/en/build?open=0&layers={SMALL}"))
    before = weights(page, tmp_path)["conv.weight"]
    editor = choose(page, 1, "custom")
    assert weights(page, tmp_path)["conv.weight"].tolist() == before.tolist(), "it begins with them"
    editor.get_by_label("axis 0").select_option("1")
    editor.get_by_label("axis 1").select_option("2")
    cell = editor.get_by_label("weight 1, 2, 0, 1", exact=True)
    spread = told(page, 1, "shape").inner_text()
    cell.fill("-2.5")
    expect(card(page, 1).locator("[data-text=range]")).not_to_have_text("")
    at_rest(page)
    before[1, 2, 0, 1] = -2.5
    np.testing.assert_array_equal(weights(page, tmp_path)["conv.weight"], before)
    expect(told(page, 1, "shape")).to_have_text(spread)
    expect(card(page, 1).locator("summary").first).to_have_text("weight 2 × 3 × 3 × 3")
    assert "ref:" not in page.url
    again = at_rest(open_page(page.url))
    assert shares(again) == shares(page)
    # Another setting leaves them; another source takes them out of the link, and they come back.
    card(page, 1).locator("[data-field=padding] .v").fill("1")
    at_rest(page)
    np.testing.assert_array_equal(weights(page, tmp_path)["conv.weight"], before)
    choose(page, 1, "random")
    assert "weight:" not in page.url
    expect(card(page, 1).locator(".own-weights")).to_be_hidden()
    choose(page, 1, "custom")
    np.testing.assert_array_equal(weights(page, tmp_path)["conv.weight"], before)
    assert violations(page) == []


def test_weights_and_a_bias_come_out_of_files(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    page = at_rest(open_page(f"/en/build?open=2&layers={SMALL}"))
    editor = choose(page, 3, "custom")
    own = np.random.default_rng(2).normal(size=(4, 50)).astype(np.float32)
    give(editor, "dense.npy", saved(own))
    expect(told(page, 3, "shape")).to_have_text("1 × 4")
    at_rest(page)
    np.testing.assert_array_equal(weights(page, tmp_path)["dense.weight"], own)
    card(page, 3).locator("[data-field=bias] .v").fill("1, 2, 3, -4")
    at_rest(page)
    np.testing.assert_array_equal(weights(page, tmp_path)["dense.bias"], [1, 2, 3, -4])
    # As many numbers as there are stand where those stood, whatever the table is like.
    give(editor, "rows.csv", "\n".join(",".join(map(str, row)) for row in own.T).encode())
    at_rest(page)
    found = weights(page, tmp_path)["dense.weight"]
    np.testing.assert_allclose(found.reshape(-1), own.T.reshape(-1), 1e-6)
    # What does not fit is told at the layer, with the rule.
    give(editor, "short.csv", b"1 2 3\n4 5 6")
    expect(card(page, 3).locator(".error:visible").first).to_contain_text("50")
    expect(told(page, 3, "shape")).to_have_text(NOT_SAID)
    trouble.clear()
    give(editor, "no.csv", b"red, green")
    expect(editor.locator(".error")).to_contain_text("“red” is not a number")


def test_many_are_held_beside_the_link(open_page: OpenPage, trouble: list[str]) -> None:
    layers = "pooling+kernel_size:4*dense+out_features:40+seed:1*softmax"
    page = at_rest(open_page(f"/en/build?open=1&layers={layers}"))
    editor = choose(page, 2, "custom")
    assert re.search(r"weight:ref:[\w-]+:40,192", page.url)
    expect(editor.locator(".number-cells")).to_be_hidden()
    expect(editor).to_contain_text("192 numbers in a row are too many to type")
    made = shares(page)
    page.reload()
    at_rest(page)
    assert shares(page) == made
    # They are duplicated with their layer.
    card(page, 2).get_by_role("button", name="Duplicate layer 2").click()
    expect(card(page, 3).locator(".error:visible").first).to_contain_text("192")
    trouble.clear()


def test_statistics_of_a_normalisation_are_typed(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    page = at_rest(open_page("/en/build?open=0&layers=batch_norm+training:true*pooling"))
    for name, text in (("running_mean", "0.5, 0.25, 0"), ("running_var", "4, 1, 0.25")):
        card(page, 1).locator(f"[data-field={name}] .v").fill(text)
    card(page, 1).locator("[name=training]").uncheck()
    at_rest(page)
    trouble.clear()  # one without the other was refused
    held = weights(page, tmp_path)
    np.testing.assert_array_equal(held["batch_norm.running_mean"], [0.5, 0.25, 0])
    np.testing.assert_array_equal(held["batch_norm.running_var"], [4, 1, 0.25])
