"""Narrow windows, fingers and other engines: nothing collides, and all is large enough."""

from itertools import pairwise

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

PHONE = (390, 844)
LEAST = 24  # pixels each way, as WCAG 2.2 asks


def box(found: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom on the screen."""
    place = found.bounding_box()
    assert place
    return place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"]


def test_the_settings_beside_a_and_b_scroll_down_only(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    page.locator("[data-ab=open]").click()
    expect(page.locator("[data-part=ab]")).to_be_visible()
    rail = page.locator(".comparing > .rail")
    assert rail.evaluate("one => one.scrollWidth - one.clientWidth") == 0
    # Nothing is cut off, and nothing has moved.
    assert box(rail)[2] >= box(rail.locator(".enlarge").first)[2]
    assert box(rail.locator(".row:visible").first)[0] == 24


@pytest.mark.parametrize("width", [390, 360, 320])
def test_change_and_the_sign_beside_it_are_apart(open_page: OpenPage, width: int) -> None:
    page = at_rest(open_page("/en/dense", size=(width, 844)))
    left, right = page.locator("[data-open=source]").evaluate(
        """(button) => {
            const words = document.createRange();
            words.selectNodeContents(button);
            const { left, right } = words.getBoundingClientRect();
            return [left, right];
        }"""
    )
    sign = box(page.locator(".in > .cap .enlarge svg"))
    assert box(page.locator("#in-title"))[2] <= left
    assert right + 3 <= sign[0]
    assert sign[2] + 3 <= box(page.locator("#out-title"))[0]


@pytest.mark.parametrize("layer", ["dense", "conv", "softmax"])
def test_a_page_four_times_as_large_does_not_scroll_sideways(
    open_page: OpenPage, layer: str
) -> None:
    page = at_rest(open_page(f"/en/{layer}", size=(320, 256)))
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(
    ("path", "targets"),
    [
        ("", [".open :is(a, button)"]),
        ("conv", [".modes .link", ".player select", ".row .v", ".lang a"]),
        ("softmax", [".editor [type=text]", ".range-choice button", ".shares th button"]),
        ("build", [".card .note .link"]),
        ("networks/one-conv", [".head .link", ".reasons [type=range]"]),
    ],
)
def test_a_finger_meets_each_of_them(open_page: OpenPage, path: str, targets: list[str]) -> None:
    page = at_rest(open_page(f"/en/{path}", size=PHONE, has_touch=True))
    for target in targets:
        found = page.locator(target).locator("visible=true")
        expect(found).not_to_have_count(0)
        for one in found.all():
            left, top, right, bottom = box(one)
            assert right - left >= LEAST - 0.1, target
            assert bottom - top >= LEAST - 0.1, target


def test_a_short_name_stands_on_the_line_of_the_long_ones(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/networks/one-conv"))
    names = page.locator(".node h3")
    # A name of one line is one line high: no engine need move it within its box.
    assert {round(box(one)[3] - box(one)[1]) for one in names.all()} == {16}
    assert len({round(box(one)[3]) for one in names.all()}) == 1
    top = box(page.locator(".node").first)[1]
    assert box(names.first)[3] - top == 32


def test_the_pad_is_not_stretched(open_page: OpenPage) -> None:
    """Some browsers give it the height of the window."""
    page = at_rest(open_page("/en/networks/one-conv"))
    page.get_by_role("button", name="Draw").click()
    pen = page.locator(".pen")
    expect(pen).to_be_visible()
    _, top, _, bottom = box(pen)
    assert bottom - top < 480
    pen.evaluate("one => { one.style.height = '700px' }")
    assert box(pen.locator(".inks"))[1] - box(pen.locator(".sheet"))[3] == 12


def test_a_choice_has_one_arrow_in_all_browsers(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    select = page.locator("[data-field=padding_mode] select")
    style = "(one) => [getComputedStyle(one).appearance, getComputedStyle(one).backgroundImage]"
    appearance, arrow = select.evaluate(style)
    assert appearance == "none"
    assert arrow != "none"


def test_a_pale_bar_has_an_edge(open_page: OpenPage) -> None:
    """Less than a pixel is nothing in some browsers."""
    page = at_rest(open_page("/en/softmax"))
    edge = page.locator(".out .bar").first.evaluate("one => getComputedStyle(one).boxShadow")
    assert "0px 0px 0px 1px inset" in edge


def test_a_heading_on_paper_takes_what_is_below_it_along(open_page: OpenPage) -> None:
    """Where a browser knows no break to avoid after it, it is as high as the first of that."""
    page = at_rest(open_page("/en/conv"))
    before = page.locator("[data-part=arithmetic]")
    page.emulate_media(media="print")
    head = page.locator(".ar > .cap")
    assert head.evaluate("one => getComputedStyle(one).breakInside") == "avoid"
    _, top, _, bottom = box(head)
    assert bottom - top > 150
    assert 20 <= box(before)[1] - top <= 32


ROWS = """(one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    return words.getClientRects().length;
}"""
INSIDE = """(all) => all.filter((one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    return words.getBoundingClientRect().right > one.getBoundingClientRect().right;
}).map((one) => one.textContent.trim())"""


@pytest.mark.parametrize("width", [1280, 1231, 1024, 901, 390])
def test_the_name_of_a_function_stays_in_its_column(open_page: OpenPage, width: int) -> None:
    page = at_rest(open_page("/en/activation", size=(width, 800)))
    names = page.locator(".choices label:visible")
    assert names.count() > 10
    assert names.evaluate_all(INSIDE) == []


def test_a_share_of_all_has_room_beside_its_bar(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/softmax?numbers=[[40,0,0]]"))
    page.locator(".why-figure").first.scroll_into_view_if_needed()
    row = page.locator(".why-figure .bars .value", has_text="100.0").first
    expect(row).to_be_visible()
    assert row.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


@pytest.mark.parametrize("name", ["temperature", "score of the first class"])
def test_no_line_crosses_the_name_of_an_axis(open_page: OpenPage, name: str) -> None:
    page = at_rest(open_page("/en/softmax"))
    figures = page.locator(".why-figure", has=page.locator("svg text", has_text=name))
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    page.locator(".why-figure").last.scroll_into_view_if_needed()
    expect(figures).to_have_count(1)
    plot = figures.locator("svg:has(clipPath)").first
    lines = [box(line) for line in plot.locator("g[clip-path] path").all()]
    below = max(bottom for _, _, _, bottom in lines)
    assert box(plot.locator("text", has_text=name).last)[1] >= below - 3


def test_a_chinese_title_is_broken_at_its_comma(open_page: OpenPage) -> None:
    page = at_rest(open_page("/zh/conv", size=PHONE))
    title = page.locator("h3", has_text="权重共享")
    first = title.evaluate(
        """(title) => {
            const words = document.createRange(), text = title.firstChild;
            let end = 1;
            for (words.setStart(text, 0); end <= text.length; end += 1) {
                words.setEnd(text, end);
                if (words.getClientRects().length > 1) break;
            }
            return text.data.slice(0, end - 1);
        }"""
    )
    assert first.endswith("\uff0c")  # the comma


def test_what_stands_in_the_line_of_the_tabs_stands_on_its_line(open_page: OpenPage) -> None:
    page = at_rest(open_page("/en/conv"))
    said, tab, copy = (
        box(page.locator(f".code {one}").first) for one in (".said", "[role=tab]", ".copy")
    )
    assert said[1] == pytest.approx(tab[1], abs=0.6)
    middles = [(top + bottom) / 2 for _, top, _, bottom in (tab, copy)]
    assert middles[0] == pytest.approx(middles[1], abs=1)


@pytest.mark.parametrize("layer", ["conv", "activation", "pad"])
def test_an_upright_tablet_shows_the_numbers_of_the_output(open_page: OpenPage, layer: str) -> None:
    page = at_rest(open_page(f"/zh/{layer}", size=(768, 1024)))
    whole, numbers = page.locator("[data-view=out-map]"), page.locator("[data-view=out-lens] svg")
    assert numbers.locator("text").count() >= 49
    assert box(numbers)[0] >= box(whole)[2] + 8
    assert box(numbers)[2] <= 768 - 16
    assert box(numbers)[1] == pytest.approx(box(whole)[1], abs=1)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(numbers).to_be_hidden()


@pytest.mark.parametrize("path", ["/zh/dense", "/en/dense"])
def test_the_names_over_a_long_sum_are_apart(open_page: OpenPage, path: str) -> None:
    page = at_rest(open_page(path))
    line = page.locator(".sum-line:visible").first
    height = box(line)[1] + 16
    names = sorted(
        place for one in line.locator("> text").all() if (place := box(one))[3] <= height
    )
    assert len(names) == 10
    for left, right in pairwise(names):
        assert left[2] + 5 <= right[0]


@pytest.mark.parametrize("width", [1280, 1024, 390])
def test_a_title_is_one_line_however_long_the_shape_beside_it_is(
    open_page: OpenPage, width: int
) -> None:
    path = "/zh/conv?spatial_dims=1&sample=heartbeat&weights=random"
    page = at_rest(open_page(path, size=(width, 800)))
    for one in page.locator(":is(.in, .out) > .cap > :is(h2, .link)").all():
        assert one.evaluate(ROWS) == 1
    if width >= 901:
        shape = page.locator("[data-text=in-shape]")
        assert shape.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


@pytest.mark.parametrize(
    "path", ["/en/networks/one-conv?stage=0", "/en/networks/one-conv?stage=3", "/zh/build"]
)
@pytest.mark.parametrize("width", [1024, 768])
def test_a_tablet_shows_the_weights_beside_what_a_number_sees(
    open_page: OpenPage, path: str, width: int
) -> None:
    page = at_rest(open_page(path, size=(width, 1024)))
    picture, weights, spread = (
        box(page.locator(f".of-picture {one}:visible").first)
        for one in ("[data-view=picture]", "[data-part=kernel-of]", "[data-view=histogram]")
    )
    assert weights[0] >= picture[2]
    assert weights[1] < picture[1]  # its title stands beside the picture's
    assert spread[1] > picture[3]
    assert spread[2] <= weights[0]
