"""The layers of the header's menu, signals and volumes, and how far the controls go."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.i18n import LANGUAGES
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest, quiet
from tests.browser.test_pages import OVERHANG, PHONE
from tests.conftest import FULL, every_other

SHAPE = "[data-text=out-shape]"
MENU = "[data-menu]"
SIGNAL, VOLUME = "sample=heartbeat", "sample=blobs"
# Pages on a signal or a volume, with the shape that comes out.
DEEP = {
    f"conv?{SIGNAL}&spatial_dims=1&weights=random": "1 × 4 × 128",
    f"conv?{VOLUME}&spatial_dims=3&weights=random": "1 × 4 × 12 × 16 × 16",
    f"conv_transpose?{SIGNAL}&spatial_dims=1": "1 × 1 × 257",
    f"conv_transpose?{VOLUME}&spatial_dims=3": "1 × 1 × 25 × 33 × 33",
    f"pooling?{SIGNAL}&spatial_dims=1": "1 × 1 × 64",
    f"pooling?{VOLUME}&spatial_dims=3": "1 × 1 × 6 × 8 × 8",
    f"batch_norm?{SIGNAL}": "1 × 1 × 128",
    f"group_norm?{VOLUME}": "1 × 1 × 12 × 16 × 16",
    f"instance_norm?{SIGNAL}": "1 × 1 × 128",
    f"layer_norm?{SIGNAL}": "1 × 1 × 128",
    f"local_response_norm?{VOLUME}": "1 × 1 × 12 × 16 × 16",
    f"upsample?{SIGNAL}&mode=linear": "1 × 1 × 512",
    f"upsample?{VOLUME}&mode=trilinear&scale_factor=2": "1 × 1 × 24 × 32 × 32",
    f"pad?{VOLUME}&mode=constant": "1 × 1 × 12 × 28 × 28",
}

# In one language each, and in both of them in the full run.
IN_TURN = [
    (path, language)
    for i, path in enumerate(DEEP)
    for language in every_other(list(LANGUAGES), i % 2)
]


def drawn(page: Page, shape: str) -> Page:
    """The page once its output has a shape and an element of it is taken apart."""
    expect(page.locator(SHAPE)).to_have_text(shape)
    quiet(page)
    return page


def type_numbers(page: Page, text: str) -> None:
    page.locator("[data-open=source]").click()
    page.locator("#numbers").fill(text)
    page.locator("[data-typed] button").click()


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
def test_the_menu_opens_and_closes(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = at_rest(open_page("/en/conv", size=size))
    summary = page.locator(f"{MENU} summary")
    summary.press("Enter")
    links = page.locator(f"{MENU} a")
    expect(links.first).to_be_visible()
    assert page.evaluate(OVERHANG) <= 0
    assert axe.violations(page) == []
    page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator(".head h1").click()
    expect(links.first).to_be_hidden()
    summary.click()
    links.last.click()
    expect(page.locator(f"{MENU}[data-current]")).to_have_count(1)


def test_the_chinese_menu_has_room_on_the_narrowest_phone(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/activation", size=(360, 800)))
    spare = "(menu) => menu.clientWidth - menu.scrollWidth"
    assert page.locator(".top .main").evaluate(spare) >= 0


@pytest.mark.parametrize(("path", "language"), every_other(IN_TURN))
def test_a_signal_is_a_curve_and_a_volume_slices(
    open_page: OpenPage, path: str, language: str
) -> None:
    page = drawn(open_page(f"/{language}/{path}"), DEEP[path])
    if SIGNAL in path:
        expect(page.locator(".in .signal-line")).to_be_visible()
        expect(page.locator(".out .signal-line")).to_be_visible()
    else:
        expect(page.locator(".in .tiles canvas")).to_have_count(12)
        expect(page.locator(".out .tiles canvas[data-chosen]")).to_have_count(1)
    assert page.evaluate(OVERHANG) <= 0
    assert axe.violations(page) == []


@pytest.mark.parametrize("path", list(DEEP) if FULL else list(DEEP)[1::4])
def test_deep_pages_need_no_sideways_scrolling(open_page: OpenPage, path: str) -> None:
    page = drawn(open_page(f"/en/{path}", size=PHONE, has_touch=True, is_mobile=True), DEEP[path])
    assert page.evaluate(OVERHANG) <= 0


def test_the_keys_walk_along_a_curve(open_page: OpenPage) -> None:
    page = drawn(open_page(f"/en/pooling?{SIGNAL}&spatial_dims=1&at=0,0,9"), "1 × 1 × 64")
    where = page.locator("[data-text=where]")
    expect(where).to_have_text("place 9, map 0")
    page.locator(".out .signal").focus()
    page.keyboard.press("ArrowRight")
    expect(where).to_have_text("place 10, map 0")
    page.keyboard.press("ArrowRight")
    expect(where).to_have_text("place 11, map 0")


def test_a_click_chooses_the_slice(open_page: OpenPage) -> None:
    page = drawn(open_page(f"/en/pooling?{VOLUME}&spatial_dims=3"), "1 × 1 × 6 × 8 × 8")
    page.locator(".out .tiles canvas").nth(1).click()
    expect(page.locator("[data-text=where]")).to_have_text("slice 1, row 4, column 4, map 0")
    expect(page.locator(".in .tiles canvas[data-chosen]")).to_have_attribute("data-map", "3")


def test_a_sample_brings_its_settings_and_takes_them_back(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    page.locator("[data-open=source]").click()
    page.locator("[data-sample=heartbeat]").click()
    drawn(page, "1 × 4 × 128")
    page.locator("[data-open=source]").click()
    page.locator("[data-sample=coffee]").click()
    drawn(page, "1 × 1 × 224 × 224")
    assert "spatial_dims" not in page.url


LABS = (
    "conv", "pooling", "activation", "batch_norm", "group_norm", "instance_norm", "layer_norm",
    "local_response_norm", "dropout", "flatten", "pad", "upsample", "conv_transpose",
)  # fmt: skip


@pytest.mark.parametrize("lab", LABS if FULL else LABS[::4])
def test_whole_numbers_are_a_click_away(open_page: OpenPage, lab: str) -> None:
    page = at_rest(open_page(f"/en/{lab}"))
    page.get_by_role("button", name="Change").first.click()
    page.locator("[data-sample=grid]").click()
    page = at_rest(page)
    expect(page.locator("[data-text=in-shape]")).to_have_text("1 × 1 × 5 × 5")
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    asked = page.locator("#code-text").inner_text()
    assert re.sub(r"\s+", " ", "[0.0, 1.0, 0.0, 7.0, 8.0]") in re.sub(r"\s+", " ", asked)


def test_signals_and_volumes_can_be_typed(open_page: OpenPage) -> None:
    page = drawn(open_page(f"/en/conv?{SIGNAL}&spatial_dims=1&weights=random"), "1 × 4 × 128")
    type_numbers(page, "1 2 3 4 5 4 3 2 1")
    drawn(page, "1 × 4 × 9")
    expect(page.locator(".in .signal-line")).to_be_visible()
    page = drawn(open_page(f"/en/pooling?{VOLUME}&spatial_dims=3"), "1 × 1 × 6 × 8 × 8")
    type_numbers(page, "[[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]]")
    drawn(page, "1 × 1 × 1 × 1 × 1")
    expect(page.locator(".in .tiles canvas")).to_have_count(2)


def test_sliders_end_where_the_next_step_would_be_wrong(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/pooling?input.size=28x28&kernel_size=4"))
    expect(page.locator("[data-field=padding]:visible [type=range]")).to_have_attribute("max", "3")
    page = at_rest(open_page("/en/conv?weights=random"))
    groups = page.locator("[data-field=groups]")
    expect(groups.locator(".fixed")).to_have_text("only 1 fits the input and the other settings")
    expect(groups.locator(".v")).to_be_disabled()
    page.locator("[data-field=out_channels] .v").fill("6")
    expect(groups.locator(".v")).to_be_enabled()
    expect(groups.locator("[type=range]")).to_have_attribute("max", "3")


def test_sliders_stop_at_what_fits_only(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?weights=random&out_channels=6&groups=3"))
    many, groups = (
        page.locator(f"[data-field={name}] [type=range]") for name in ("out_channels", "groups")
    )
    many.press("ArrowRight")
    expect(page.locator("[data-field=out_channels] .v")).to_have_value("9")
    at_rest(page)
    # 2 splits no picture of three colours.
    groups.press("ArrowLeft")
    expect(page.locator("[data-field=groups] .v")).to_have_value("1")
    at_rest(page)
    groups.press("ArrowRight")
    expect(page.locator("[data-field=groups] .v")).to_have_value("3")
    expect(at_rest(page).locator("[aria-invalid=true]")).to_have_count(0)


def test_what_no_window_reaches_is_said_and_hatched(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv?stride=3&padding=0&input.size=28x28"))
    expect(page.locator("[data-text=dropped]")).to_have_text(
        "not reached at the end: 1 row, 1 column"
    )
    expect(page.locator("[data-view=in-map] .unreached")).to_have_count(2)
    page.locator("[data-field=stride] .v").fill("1")
    expect(page.locator("[data-text=dropped]")).to_be_hidden()
    expect(page.locator(".unreached")).to_have_count(0)


def test_running_numbers_are_typed(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/batch_norm"))
    expect(page.locator(".head p")).to_contain_text("those of the batch; afterwards, running")
    training = page.locator("[data-field=training] input")
    expect(training).to_be_disabled()
    eight = ",".join("1" * 8)
    page = at_rest(open_page(f"/en/batch_norm?running_mean={eight}&running_var={eight}"))
    training = page.locator("[data-field=training] input")
    expect(training).to_be_enabled()
    training.uncheck()
    expect(page.locator(".sum-line")).to_have_attribute(
        "aria-label",
        re.compile(r"^\(x .+ − mean 1\.00\) ÷ √\(variance 1\.00 \+ eps 0\.00001\) = normal"),
    )


def test_of_two_sizes_one_empties_the_other(open_page: OpenPage) -> None:
    page = drawn(open_page("/en/upsample?size=20"), "1 × 1 × 20 × 20")
    size, factor = (page.locator(f"[data-field={name}] .v") for name in ("size", "scale_factor"))
    expect(factor).to_have_value("")
    factor.fill("3")
    drawn(page, "1 × 1 × 42 × 42")
    expect(size).to_have_value("")
    size.fill("9")
    drawn(page, "1 × 1 × 9 × 9")
    keras = page.locator("[data-format=keras]")
    expect(keras).to_be_disabled()
    expect(keras).to_have_attribute("title", re.compile("Keras has nothing for"))
    page.reload()
    drawn(page, "1 × 1 × 9 × 9")
    size.fill("")
    drawn(page, "1 × 1 × 56 × 56")
    expect(factor).to_have_value("4")


# Links that are wrong from the start: where that is said, and what is drawn in their place.
WRONG = {
    "pooling?kernel_size=99": ("[data-field=kernel_size] .error", "1 × 1 × 28 × 28"),
    "upsample?size=20&scale_factor=3": ("[data-field=scale_factor] .error", "1 × 1 × 56 × 56"),
    "upsample?numbers=abc": ("[data-wrong=input]", "1 × 1 × 56 × 56"),
    "upsample?input.size=1x": ("[data-wrong=input]", "1 × 1 × 56 × 56"),
    "conv?weights=custom&weight=1+2": ("[data-wrong=input]", "1 × 1 × 224 × 224"),
}


def test_a_wrong_link_opens_on_something_real(open_page: OpenPage, trouble: list[str]) -> None:
    for path, (place, shape) in WRONG.items():
        page = drawn(open_page(f"/en/{path}"), shape)
        expect(page.locator(f"{place}:visible")).not_to_be_empty()
        expect(page.locator(".sums svg")).to_be_visible()
        page.close()
    page = drawn(open_page("/en/conv?stride=0&input.size=28x28"), "1 × 1 × 28 × 28")
    expect(page.locator("[data-field=stride] .error")).to_be_visible()
    page.locator("[data-field=stride] .v").fill("2")
    drawn(page, "1 × 1 × 14 × 14")
    expect(page.locator("[data-field=stride] .error")).to_be_hidden()
    trouble.clear()
