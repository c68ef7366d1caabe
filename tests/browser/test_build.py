"""A chain is built, broken, mended and taken away as a person does it."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from playwright.sync_api import Locator, Page, Position, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.browser.test_inputs import choose
from tests.browser.test_pages import OVERHANG
from tests.browser.test_take_away import CLIPBOARD, let_go
from tests.conftest import every_other

THIN = "\u202f"
NOT_SAID = "–"


def card(page: Page, number: int) -> Locator:
    """The place of a layer in the list, counted from 1 as the page does."""
    return page.locator(".card").nth(number - 1)


def told(page: Page, number: int, name: str) -> Locator:
    return card(page, number).locator(f".told [data-text={name}]")


def titles(page: Page) -> list[str]:
    return page.locator(".card h2 [data-text=title]").all_inner_texts()


def unfold(page: Page, number: int) -> Locator:
    """The settings of a layer, unfolded."""
    card(page, number).locator("summary").first.click()
    form = card(page, number).locator("form")
    expect(form).to_be_visible()
    return form


def shares(page: Page) -> list[float]:
    """What comes out, as it is written beside its bars."""
    written = page.locator(".classes .value").all_inner_texts()
    return [float(value.removesuffix("\u202f%").strip("< %")) / 100 for value in written]


def tile(page: Page, number: int, map_: int = 0) -> Locator:
    """A map of a layer in the graph of all; 0 is the input."""
    return page.locator(f'.node[data-node="{number - 1}"] .tile[data-map="{map_}"]')


def taken(page: Page, form: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator(f"[data-format={form}]").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def lenet(open_page: OpenPage) -> Page:
    page = at_rest(open_page("/en/build"))
    page.get_by_role("button", name="LeNet-5").click()
    expect(page.locator(".card")).to_have_count(13)
    expect(page.locator("[data-text=all-parameters]")).to_have_text(f"61{THIN}470")
    return at_rest(page)


def test_lenet_changed_broken_mended_and_run_elsewhere(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    page = lenet(open_page)
    assert titles(page)[:4] == ["Convolution", "Tanh", "Average pooling", "Convolution"]
    expect(told(page, 1, "shape")).to_have_text("1 × 6 × 28 × 28")
    expect(told(page, 7, "shape")).to_have_text("1 × 400")
    expect(told(page, 6, "sees")).to_have_text("16 × 16")
    expect(told(page, 8, "sees")).to_have_text(NOT_SAID)
    before = shares(page)
    # The first change is followed by every shape behind it.
    card(page, 1).locator("[data-field=padding] .v").fill("0")
    expect(told(page, 1, "shape")).to_have_text("1 × 6 × 24 × 24")
    expect(told(page, 4, "shape")).to_have_text("1 × 16 × 8 × 8")
    expect(told(page, 7, "shape")).to_have_text("1 × 256")
    assert "padding:0" in page.url
    # An error stands at its control; what is before it stays, what is behind it is unknown.
    kernel = unfold(page, 4).locator("[data-field=kernel_size]")
    expect(kernel.locator(".slider input")).to_have_attribute("max", "11")
    kernel.locator(".v").fill("20")
    expect(kernel.locator(".error")).to_contain_text("20 is larger than the padded input 12")
    expect(told(page, 3, "shape")).to_have_text("1 × 6 × 12 × 12")
    expect(told(page, 4, "shape")).to_have_text(NOT_SAID)
    expect(told(page, 13, "shape")).to_have_text(NOT_SAID)
    expect(page.locator("[data-format=pytorch]")).to_be_disabled()
    card(page, 4).locator("summary").first.click()
    expect(card(page, 4).locator("[data-part=wrong]")).to_contain_text("kernel_size 20 is larger")
    trouble.clear()  # the browser tells of each 422
    unfold(page, 4).locator("[data-field=kernel_size] .v").fill("3")
    expect(told(page, 4, "shape")).to_have_text("1 × 16 × 10 × 10")
    expect(card(page, 4).locator(".error:visible")).to_have_count(0)
    at_rest(page)
    trouble.clear()
    made = shares(page)
    assert made != before
    assert sum(made) == pytest.approx(1, abs=0.01)
    # The program prints what the page shows.
    program = taken(page, "pytorch", tmp_path)
    assert program.name == "chain.pytorch.py"
    done = subprocess.run(
        [sys.executable, program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    printed = [float(value) for value in re.findall(r"\d+\.\d+(?:e-\d+)?", done.stdout)]
    np.testing.assert_allclose(printed, made, atol=6e-4)
    # And so does the graph, whose only input is the picture.
    model = ort.InferenceSession(taken(page, "onnx", tmp_path), providers=["CPUExecutionProvider"])
    assert [(i.name, i.shape[1:]) for i in model.get_inputs()] == [("input", [1, 28, 28])]


@pytest.mark.parametrize(
    ("number", "layer"), every_other([(1, "conv"), (4, "conv"), (6, "pooling"), (8, "dense")], 1)
)
def test_a_layer_on_its_own_page_makes_the_same(
    open_page: OpenPage, number: int, layer: str
) -> None:
    page = lenet(open_page)
    shape = told(page, number, "shape").inner_text()
    spread = card(page, number).locator("[data-text=range]").inner_text()
    card(page, number).get_by_role("button", name="Open its page").click()
    page.wait_for_url(f"**/en/{layer}?**")
    at_rest(page)
    expect(page.locator("[data-text=out-shape]")).to_have_text(shape)
    least, most = spread.split(" to ")
    expect(page.locator("[data-stat=min]")).to_have_text(least)
    expect(page.locator("[data-stat=max]")).to_have_text(most)
    page.go_back()
    expect(told(page, number, "shape")).to_have_text(shape)


def test_layers_come_go_and_change_places(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build"))
    first = ["Convolution", "ReLU", "Max pooling", "Dense", "Softmax"]
    assert titles(page) == first
    card(page, 2).get_by_role("button", name="Move layer 2 down").click()
    expect(card(page, 3).locator(".what h2")).to_contain_text("ReLU")
    expect(page.locator("[data-text=spoken]")).to_have_text("ReLU is now layer 3 of 5")
    # The keyboard goes on with the layer that moved.
    expect(card(page, 3).get_by_role("button", name="Move layer 3 down")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(card(page, 2).locator(".what h2")).to_contain_text("ReLU")
    assert titles(page) == first
    card(page, 1).get_by_role("button", name="Duplicate layer 1").click()
    assert titles(page) == ["Convolution", *first]
    expect(card(page, 2).locator("code")).to_have_text("conv_2")
    card(page, 3).get_by_role("button", name="Remove layer 3").click()
    assert titles(page) == ["Convolution", "Convolution", *first[2:]]
    card(page, 2).get_by_role("button", name="Add a layer after layer 2").click()
    page.locator("#adding [data-layer=batch_norm]").press("Enter")
    expect(card(page, 3).locator(".what h2")).to_be_focused()
    expect(told(page, 3, "shape")).to_have_text("1 × 8 × 32 × 32")
    assert titles(page)[2] == "Batch normalisation"
    expect(card(page, 3).locator("form")).to_be_visible()
    link = page.url
    for _ in range(2):
        page.go_back()
    assert titles(page) == ["Convolution", *first]
    again = at_rest(open_page(link))
    assert titles(again)[:3] == ["Convolution", "Convolution", "Batch normalisation"]
    expect(again.locator(".card form:visible")).to_have_count(1)


def test_a_layer_is_dragged_to_its_place(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build?open=", size=(1280, 1000)))
    box = card(page, 4).bounding_box()
    assert box
    low = Position(x=40, y=box["height"] - 4)
    page.locator(".card .no").first.drag_to(card(page, 4), target_position=low)
    expect(page.locator("[data-text=spoken]")).to_have_text("Convolution is now layer 4 of 5")
    assert titles(page) == ["ReLU", "Max pooling", "Dense", "Convolution", "Softmax"]
    page.locator(".card .no").nth(3).drag_to(card(page, 1), target_position={"x": 40, "y": 4})
    assert titles(page) == ["Convolution", "ReLU", "Max pooling", "Dense", "Softmax"]
    expect(page.locator("[data-drop]")).to_have_count(0)


def test_every_layer_can_be_added_and_fits(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build?layers=activation&open="))
    kinds = page.locator("#adding [data-layer]").count()
    for number in range(kinds):
        page.locator(".totals [data-add-last]").click()
        page.locator("#adding [data-layer]").nth(number).click()
        expect(told(page, 2, "shape")).not_to_have_text(NOT_SAID)
        expect(page.locator(".error:visible")).to_have_count(0)
        expect(page.locator('.node[data-node="1"] .tile').first).to_be_visible()
        page.get_by_role("button", name="Remove layer 2").click()
    expect(page.get_by_role("button", name="Remove layer 1")).to_be_disabled()


def test_named_filters_are_a_source_of_weights(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build"))
    page.get_by_role("radio", name="filters").check(force=True)
    expect(told(page, 1, "shape")).to_have_text("1 × 1 × 34 × 34")
    page.get_by_role("checkbox", name="add Gaussian").check()
    expect(told(page, 1, "shape")).to_have_text("1 × 2 × 34 × 34")
    assert "weights:filters" in page.url
    assert "kernel:sobel_x,gaussian" in page.url
    page.get_by_role("radio", name="random").check(force=True)
    expect(told(page, 1, "shape")).to_have_text("1 × 8 × 32 × 32")


def test_a_large_chain_draws_what_is_in_sight(open_page: OpenPage) -> None:
    """More numbers than one answer has are held by the service, and come when they are seen."""
    page = open_page(
        "/en/build?layers=conv+out_channels:48+padding:1*activation*activation*pooling&open="
        "&input.size=112x112"
    )
    at_rest(page)
    expect(told(page, 4, "shape")).to_have_text("1 × 48 × 56 × 56")
    last = card(page, 4)
    last.scroll_into_view_if_needed()
    last.locator(".note .enlarge").click()
    expect(page.locator("#zoom [data-text=shape]")).to_contain_text("1 × 48 × 56 × 56")


def test_what_was_made_before_is_no_answer_to_what_does_not_fit(
    open_page: OpenPage, trouble: list[str]
) -> None:
    page = at_rest(open_page("/en/build"))
    faded = "places => places.map((place) => Number(getComputedStyle(place).opacity))"
    shown = page.locator(".graph :is(canvas[style], .classes)")
    assert set(shown.evaluate_all(faded)) == {1}
    kernel = page.locator("[data-field=kernel_size] .v").first
    kernel.fill("99")
    expect(card(page, 1).locator(".error:visible").first).to_contain_text("99")
    expect(page.locator(".classes")).to_have_css("opacity", "0.45")
    assert set(shown.evaluate_all(faded)) == {0.45}
    trouble.clear()
    kernel.fill("3")
    expect(page.locator(".classes")).to_have_css("opacity", "1")


def test_what_does_not_fit_is_removed_and_the_rest_taken_away(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    page = at_rest(open_page("/en/build?layers=activation*pooling*pooling+kernel_size:40&open="))
    expect(card(page, 3).locator("[data-part=wrong]")).to_contain_text("larger than the padded")
    expect(page.locator("[data-text=run]")).to_be_empty()
    trouble.clear()
    page.get_by_role("button", name="Remove layer 3").click()
    expect(page.locator("[data-text=run]")).to_contain_text("One run")
    assert "max_pool2d" in taken(page, "pytorch", tmp_path).read_text()


@pytest.mark.parametrize(
    ("view", "shape"),
    [("input", "1 × 3 × 32 × 32"), ("stage-2", "1 × 8 × 8 × 8"), ("stage-4", "1 × 10")],
)
def test_a_link_opens_a_picture_full_size(open_page: OpenPage, view: str, shape: str) -> None:
    page = open_page(f"/en/build?view={view}")
    expect(page.locator("#zoom [data-text=shape]")).to_have_text(shape)
    page.keyboard.press("Escape")
    expect(page.locator("#zoom")).to_be_hidden()
    page.locator(f".enlarge[data-zoom={view}]").click()
    expect(page.locator("#zoom [data-text=shape]")).to_have_text(shape)


def test_numbers_of_ones_own_and_a_link_that_has_no_layers(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/build?layers=nothing&numbers=" + "%0A".join(["1 2 3 4"] * 4)))
    expect(page.locator("[data-wrong=input]")).to_contain_text("This link has no layers")
    expect(page.locator(".card")).to_have_count(5)
    expect(page.locator("[data-text=in-shape]")).to_have_text("4 × 4")
    expect(page.locator(".node[data-node='-1'] p")).to_have_text("1 × 4 × 4")


@pytest.mark.parametrize("lang", every_other(["en", "zh"]))
def test_no_barriers(open_page: OpenPage, trouble: list[str], lang: str) -> None:
    page = at_rest(open_page(f"/{lang}/build", size=(390, 844)))
    assert page.evaluate(OVERHANG) <= 0
    card(page, 1).locator("[data-field=kernel_size] .v").fill("50")
    expect(card(page, 1).locator("[data-field=kernel_size] .error")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.locator(".totals [data-add-last]").click()
    assert violations(page) == []
    assert page.evaluate(OVERHANG) <= 0
    trouble.clear()


COLOURS = """node => [...node.querySelectorAll("canvas")].map((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, canvas.width, canvas.height).data.join();
})"""


def test_one_range_of_colours_for_all_layers(open_page: OpenPage) -> None:
    """A convolution that is followed by a much stronger one pales in their common range."""
    strong = "conv+kernel:sobel_x+weights:filters"
    page = open_page(f"/en/build?open=&layers=conv+out_channels:2*{strong}*{strong}*{strong}")
    at_rest(page)
    places = [page.locator(f'.node[data-node="{number}"]') for number in (0, 3)]
    first, last = (place.evaluate(COLOURS) for place in places)
    page.get_by_role("button", name="all stages").click()
    expect(page.locator("[data-range=all]")).to_have_attribute("aria-pressed", "true")
    page.wait_for_url("**range=all")
    at_rest(page)
    assert places[0].evaluate(COLOURS) != first
    page.locator("[data-range=stage]").click()
    at_rest(page)
    assert places[0].evaluate(COLOURS) == first
    assert places[1].evaluate(COLOURS) == last


def test_a_large_input_of_ones_own_is_carried_by_a_file(
    open_page: OpenPage, tmp_path: Path, trouble: list[str]
) -> None:
    path = tmp_path / "large.npy"
    np.save(path, np.random.default_rng(1).normal(size=(1, 2, 60, 70)).astype(np.float32))
    page = at_rest(open_page("/en/build?layers=pooling", permissions=CLIPBOARD))
    choose(page, path)
    expect(told(page, 1, "shape")).to_have_text("1 × 2 × 30 × 35")
    spread = card(at_rest(page), 1).locator("[data-text=range]").inner_text()
    page.locator("[data-take=link]").click()
    with page.expect_download() as download:
        page.locator("[data-part=carried]").get_by_role("button").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "layerlab-build.json"
    # What the service forgot, this browser still has; another has the file.
    let_go(page, "input")
    page.reload()
    expect(told(page, 1, "shape")).to_have_text("1 × 2 × 30 × 35")
    let_go(page, "input")
    other = open_page(page.url)
    expect(other.locator("[data-wrong=input]")).to_contain_text("does not carry its input")
    expect(told(other, 1, "shape")).to_have_text("1 × 3 × 16 × 16")
    trouble.clear()
    page = at_rest(open_page("/en/conv"))
    choose(page, file)
    page.wait_for_url("**/en/build?**")
    expect(card(page, 1).locator("[data-text=range]")).to_have_text(spread, timeout=20_000)


def test_a_link_may_leave_out_what_a_layer_starts_with(open_page: OpenPage) -> None:
    """PReLU has a slope that its form opens with; a link that was written by hand names none."""
    layers = "conv+out_channels:2+kernel_size:3*activation+function:prelu"
    page = at_rest(open_page(f"/en/build?layers={layers}&open=1"))
    expect(page.locator(".error:visible")).to_have_count(0)
    expect(page.locator(".node")).to_have_count(3)
