"""What a visitor does on the pages of the five families."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

SAMPLE = Path("static/samples/coffee.jpg")
CURVE = "[data-part=curve] svg"
SHAPE = "[data-text=out-shape]"


def test_a_setting_is_in_the_link_and_comes_back(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    page.locator("[data-field=stride] .v").fill("2,4")
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 112 × 56")
    assert "stride=2,4" in page.url
    page.reload()
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 112 × 56")
    page.go_back()
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 224 × 224")


def test_an_error_stands_at_its_control_and_goes(open_page: OpenPage, trouble: list[str]) -> None:
    page = at_rest(open_page("/en/conv?weights=random&out_channels=3"))
    groups = page.locator("[data-field=groups]")
    groups.locator(".v").fill("2")
    expect(groups.locator(".error")).to_contain_text("groups 2 must divide")
    expect(groups.locator(".v")).to_have_attribute("aria-invalid", "true")
    assert page.locator("[data-view=out-map] canvas").is_visible()
    groups.locator(".v").fill("1")
    expect(groups.locator(".error")).to_be_hidden()
    trouble.clear()


def test_typed_numbers_are_taken_apart(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?padding=0"))
    page.locator("[data-open=source]").click()
    page.locator("#numbers").fill("1 2 3\n4 5")
    page.locator("[data-typed] button").click()
    expect(page.locator("#numbers-wrong")).to_contain_text("row 1")
    page.locator("#numbers").fill("1 2 3\n4 5 6\n7 8 9")
    page.locator("[data-typed] button").click()
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 1 × 1")
    # Sobel x: (3 − 1) + 2·(6 − 4) + (9 − 7)
    expect(page.locator(".sums svg")).to_have_attribute("aria-label", "all products 8 = output 8")


def test_a_picture_of_ones_own(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling"))
    page.locator("[data-open=source]").click()
    with page.expect_file_chooser() as chooser:
        page.locator("[data-view=own] button").first.click()
    chooser.value.set_files(SAMPLE)
    page.wait_for_url("**input=ref:**")
    page.reload()
    expect(page.locator(SHAPE)).to_have_text("1 × 1 × 28 × 28")


def test_any_pixel_can_be_the_one(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?kernel=sobel_x,gaussian&at=0,1,3,4"))
    where = page.locator("[data-text=where]")
    expect(where).to_have_text("row 3, column 4, map 1")
    page.locator("[data-view=out-map]").focus()
    page.keyboard.press("ArrowDown")
    expect(where).to_have_text("row 4, column 4, map 1")
    page.locator("[data-view=maps] canvas").first.click()
    expect(where).to_have_text("row 4, column 4, map 0")


def test_every_function_has_its_curve(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/activation"))
    for choice in page.locator("[data-selector] input").all():
        choice.check()
        name = choice.get_attribute("value")
        expect(page.locator(f"{CURVE} .strong").first).to_have_text(f"{name}(x)")
    assert (
        page.locator("svg[data-curve] polyline").count()
        == page.locator("[data-selector] input").count()
    )
    page.locator(".seed img").scroll_into_view_if_needed()  # it is loaded when it comes near
    assert page.locator(".seed img").evaluate(
        "image => image.decode().then(() => image.naturalWidth)"
    )


def test_three_ways_side_by_side(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling?stride=4"))
    sizes = page.locator("[data-part=compare] figcaption span")
    expect(sizes).to_have_text(["14 × 14"] * 3)


@pytest.mark.parametrize("numbers", ["[[1,2],[3,4]]", "[[[1,2],[3,4]]]", "[[[[1,2],[3,4]]]]"])
def test_other_layers_take_what_has_no_batch(open_page: OpenPage, numbers: str) -> None:
    page = at_rest(open_page(f"/en/conv_transpose?numbers={numbers}"))
    sizes = page.locator("[data-part=compare] figcaption span")
    expect(sizes).to_have_text(["5 × 5", "6 × 6", "4 × 4"])


def test_the_shares_of_very_many_add_up_to_one(open_page: OpenPage) -> None:
    """The largest have a line each, the chosen one too, and all others are one line."""
    logits = "+".join(f"{n % 7}" for n in range(100))
    page = at_rest(open_page(f"/en/softmax?numbers={logits}&at=0,98"))
    rows = page.locator(".shares tbody tr")
    expect(rows).to_have_count(65)
    expect(rows.last.locator("th")).to_have_text("36 others")
    expect(page.locator(".shares .chosen th")).to_have_text("98")
    expect(page.locator(".shares tfoot")).to_contain_text("100.0 %")
    expect(page.locator("[data-text=terms]")).to_have_text("100 values")


def test_dense_and_softmax_open_on_the_network(open_page: OpenPage) -> None:
    dense = at_rest(open_page("/en/dense"))
    assert dense.locator("[data-text=parameters]").inner_text().replace("\u202f", "") == "5130"
    expect(dense.locator("[data-view=out-bars] .name")).to_have_count(10)
    softmax = open_page("/en/softmax")
    rows = softmax.locator(".shares tbody tr")
    expect(rows).to_have_count(10)
    logit = softmax.locator("[data-view=in-values] [type=text]").first
    logit.fill("50")
    expect(rows.first.locator("td").last).to_have_text("100.0 %")
    assert "numbers=50" in softmax.url


@pytest.mark.parametrize("path", ["/en/conv", "/zh/conv"])
def test_a_slider_shows_each_place_where_it_rests(open_page: OpenPage, path: str) -> None:
    """How soon, the benchmark says."""
    page = at_rest(open_page(path))
    slider = page.locator("[data-field=padding] .slider input")
    for padding in (2, 6, 3, 0):
        slider.fill(str(padding))
        side = 224 + 2 * padding - 2
        expect(page.locator(SHAPE)).to_have_text(f"1 × 1 × {side} × {side}")
        expect(page.locator("[data-view=out-map] canvas").first).to_have_attribute(
            "width", str(side)
        )


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_what_a_field_is_hides_no_other_field(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = at_rest(open_page("/en/conv", size=size))
    page.locator("[data-field=stride] .v").focus()
    about = page.locator("[data-field=stride] .about")
    expect(about).to_be_visible()
    box, other = about.bounding_box(), page.locator("[data-field=padding]").bounding_box()
    assert box
    assert other
    beside = box["x"] >= other["x"] + other["width"]
    above = box["y"] + box["height"] <= other["y"] + 1
    assert beside or above


def test_the_values_of_a_signals_fields_stand_under_each_other(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?sample=heartbeat&spatial_dims=1&weights=random"))
    rights = page.locator(".row.sliding:visible .v").evaluate_all(
        "all => all.map((one) => Math.round(one.getBoundingClientRect().right))"
    )
    assert len(rights) > 5
    assert len(set(rights)) == 1


def test_a_long_summary_does_not_touch_what_is_below(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/batch_norm"))
    bottom, top = page.evaluate(
        """["[class=head] p", ".player"].map((name) => document.querySelector(name))
        .map((one, i) => one.getBoundingClientRect()[i ? "top" : "bottom"])"""
    )
    assert top - bottom >= 8
