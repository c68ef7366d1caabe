"""How a network is looked at: shared colours, lines as their kernels, weights as pictures."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from app.networks.network import network
from tests.browser.conftest import OpenPage
from tests.browser.rest import quiet
from tests.browser.test_network import (
    LENET,
    SECOND_CONVOLUTION,
    THIRD_MAP,
    node,
    number,
    opened,
)


def test_lines_are_as_the_kernels_that_they_stand_for(open_page: OpenPage) -> None:
    """Green where the weights add up to more than 0, brown below; thick where they are large."""
    page = opened(open_page(LENET))
    node(page, SECOND_CONVOLUTION).locator(".tile").nth(2).hover()
    expect(page.locator(".lit .weighed")).to_have_count(6)
    expect(page.locator("[data-view=lit-legends]")).to_contain_text("kernels of conv_2")
    weight = network("lenet-digits").tensors()["conv_2.weight"][THIRD_MAP]
    lines = page.locator(".lit .weighed").evaluate_all(
        "all => all.map(({ style }) => [style.stroke, Number(style.strokeWidth)])"
    )
    sizes = np.sort(np.abs(weight).mean((1, 2)))
    largest = np.abs(network("lenet-digits").tensors()["conv_2.weight"]).mean((2, 3)).max()
    np.testing.assert_allclose([width for _, width in lines], 1 + 3 * sizes / largest, atol=0.01)
    sums = weight.sum((1, 2))[np.argsort(np.abs(weight).mean((1, 2)))]
    for (colour, _), total in zip(lines, sums, strict=True):
        red, _, blue = map(int, re.findall(r"\d+", colour))
        # A kernel that adds up to nothing has the pale colour between the two.
        assert abs(total) < 0.05 or (blue > red) == (total > 0), (colour, total)


def test_colours_are_shared_as_one_chooses_and_that_is_remembered(open_page: OpenPage) -> None:
    page = opened(open_page(f"{LENET}?stage=3&at=0,2,4,7"))
    legend = page.locator("[data-view=map-legend]")
    expect(legend).to_contain_text("of the whole stage")
    before = legend.inner_text()
    page.get_by_role("button", name="each map").click()
    expect(legend).to_contain_text("of this map")
    page.get_by_role("button", name="all stages").click()
    expect(legend).to_contain_text("of all stages")
    quiet(page)
    whole = number(legend.inner_text().split()[-1])
    assert whole > number(before.split()[-1])
    page.locator('.tile[data-map="0"]').first.scroll_into_view_if_needed()
    page.goto(page.url.split("?")[0].replace("lenet-digits", "one-conv"))
    pressed = page.get_by_role("button", name="all stages")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("range=all"))


def pointed(page: Page, canvas: Locator, x: float, y: float) -> str:
    """Return what is said of a place on a picture of weights, in shares of its size."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box() or {"width": 0, "height": 0}
    canvas.hover(position={"x": x * box["width"], "y": y * box["height"]})
    return page.locator("[data-text=weight-at]").inner_text()


def test_the_weights_of_a_dense_layer_are_maps_and_a_matrix(open_page: OpenPage) -> None:
    """Behind a flatten, a neuron's weights are pictures of the shape that was flattened."""
    page = opened(open_page(f"{LENET}?stage=7&at=0,5"))
    weights = network("lenet-digits").tensors()["dense.weight"]
    maps = page.locator("[data-view=weights] .weights canvas")
    expect(maps).to_have_count(16)
    said = pointed(page, maps.nth(9), 3.5 / 5, 1.5 / 5)
    value, place = said.split(" for ")
    assert place == "map 9: row 1, column 3"
    assert number(value) == pytest.approx(weights[5].reshape(16, 5, 5)[9, 1, 3], rel=0.06)
    matrix = page.locator(".matrix canvas")
    said = pointed(page, matrix, 200.5 / 400, 60.5 / 120)
    found = re.fullmatch(r"(\S+) for output (\d+), input (\d+)", said)
    assert found
    row, column = int(found[2]), int(found[3])
    assert abs(row - 60) <= 1
    assert abs(column - 200) <= 2
    assert number(found[1]) == pytest.approx(weights[row, column], rel=0.06)
    bias = page.locator(".channel-bars svg")
    assert re.fullmatch(r"bias: \S+, channel \d+", pointed(page, bias, 0.5, 0.5))
    matrix.click(position={"x": 20, "y": 40})
    expect(page).to_have_url(re.compile(r"stage=7&at=0,(4|5)\d$"))


def test_kernels_have_pages_and_a_map_is_found_by_its_number(open_page: OpenPage) -> None:
    page = opened(open_page("/en/networks/tiny-vgg-photos"))
    stage = next(
        (i, s) for i, s in enumerate(network("tiny-vgg-photos").known["stages"])
        if s["layer"] == "conv" and s["input"]["shape"][1] > 64
    )  # fmt: skip
    page.get_by_label("Find a stage").fill(f"{stage[1]['name']} 70")
    page.keyboard.press("Enter")
    expect(page.locator("[data-text=chosen]")).to_have_text(f"{stage[1]['name']}, map 70")
    quiet(page)
    expect(node(page, stage[0]).locator('.tile[data-map="70"]')).to_be_visible()
    shown = page.locator("[data-view=weights] canvas")
    expect(shown).to_have_count(64)
    pages = page.locator("[data-view=weight-pages]")
    pages.get_by_role("button", name="further kernels").click()
    expect(shown.first).to_have_attribute("data-map", "64")
    said = pointed(page, shown.first, 0.5, 0.5)
    weight = network("tiny-vgg-photos").tensors()[f"{stage[1]['name']}.weight"]
    assert said.endswith("for map 64: row 1, column 1")
    assert number(said.split(" for ")[0]) == pytest.approx(weight[70, 64, 1, 1], rel=0.06)
    pages.get_by_role("spinbutton").fill("3")
    page.keyboard.press("Enter")
    expect(shown.first).to_have_attribute("data-map", "0")


def test_on_a_phone_the_strip_of_maps_has_no_blank_bands(open_page: OpenPage) -> None:
    page = opened(open_page(LENET, size=(390, 844)))
    strip = page.locator(".graph")
    said = page.locator("[data-text=lit]")

    def edges(of: Locator) -> tuple[float, float]:
        box = of.bounding_box()
        assert box
        return box["y"], box["y"] + box["height"]

    top, bottom = edges(strip)
    assert top - edges(said)[1] <= 40
    assert bottom - edges(node(page, 0))[1] <= 64
    # What is said of a map, three lines, moves nothing.
    tile = node(page, 1).locator(".tile").first
    tile.hover()
    expect(said).not_to_contain_text("Point at a map")
    at = page.evaluate("scrollY")
    assert edges(strip)[0] + at == top
