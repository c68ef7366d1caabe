"""What an output is made of, as it is marked in the input: whole, in its place, cell by cell."""

import json
from collections.abc import Sequence

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

MAP, LENS = "[data-view=in-map]", "[data-view=in-lens]"
# More cells than terms are listed; the largest stands far behind those.
SIDE, BEST = 40, (37, 38)
LARGE = [[9 if (y, x) == BEST else (3 * y + x) % 8 for x in range(SIDE)] for y in range(SIDE)]


def link(rows: Sequence[Sequence[float]]) -> str:
    return f"numbers={json.dumps([[rows]], separators=(',', ':'))}"


def box(found: Locator) -> tuple[float, float, float, float]:
    """Left, top, right and bottom on the screen."""
    place = found.bounding_box()
    assert place
    return place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"]


def lab(open_page: OpenPage, path: str) -> Page:
    page = at_rest(open_page(path))
    expect(page.locator(".lab")).not_to_have_attribute("data-waits", "")
    return page


@pytest.mark.parametrize("mode", ["global_max", "global_avg"])
def test_a_whole_channel_is_framed(open_page: OpenPage, mode: str) -> None:
    page = lab(open_page, f"/en/pooling?mode={mode}&{link(LARGE)}")
    assert box(page.locator(f"{MAP} > .marker")) == pytest.approx(
        box(page.locator(f"{MAP} canvas")), abs=2
    )
    assert box(page.locator(f"{LENS} .frame").first) == pytest.approx(
        box(page.locator(f"{LENS} svg")), abs=4
    )


def test_the_largest_is_marked_though_its_term_is_not_listed(open_page: OpenPage) -> None:
    page = lab(open_page, f"/en/pooling?mode=global_max&{link(LARGE)}")
    for marked, whole in (
        (f"{MAP} > .best-marker", f"{MAP} canvas"),
        (f"{LENS} .frame >> nth=1", f"{LENS} svg"),
    ):
        left, top, right, bottom = box(page.locator(marked))
        start, first, end, last = box(page.locator(whole))
        cell = (end - start) / SIDE, (last - first) / SIDE
        assert ((left + right) / 2 - start) / cell[0] == pytest.approx(BEST[1] + 0.5, abs=0.4)
        assert ((top + bottom) / 2 - first) / cell[1] == pytest.approx(BEST[0] + 0.5, abs=0.4)
    expect(page.locator(".account")).to_contain_text(f"found at [0, 0, {BEST[0]}, {BEST[1]}]")
    hidden = lab(open_page, f"/en/pooling?mode=global_max&predict=1&{link(LARGE)}")
    expect(hidden.locator(f"{LENS} .frame")).to_have_count(1)
    expect(hidden.locator(f"{MAP} > .best-marker")).to_be_hidden()


SMALL = [[(3 * y + 5 * x * x) % 11 for x in range(6)] for y in range(6)]
READ = f"{LENS} .read-mark"


def cells(page: Page) -> list[tuple[float, float]]:
    """Rows and columns of the cells that are outlined, counted from the first that is seen."""
    places = [box(page.locator(READ).nth(i)) for i in range(page.locator(READ).count())]
    start, first, end, _ = box(page.locator(f"{LENS} svg"))
    across = float((page.locator(f"{LENS} svg").get_attribute("viewBox") or "").split()[2])
    zoom = float(page.locator(f"{LENS} svg rect").first.get_attribute("width") or 0)
    cell = (end - start) / (across / zoom)
    return [(int((y - first) / cell), int((x - start) / cell)) for x, y, _, _ in places]


@pytest.mark.parametrize(
    ("path", "at", "wanted"),
    [
        ("conv?dilation=2&padding=2", "0,0,0,0", (0, 2, 4)),
        ("pooling?mode=avg&kernel_size=2&stride=1&dilation=3", "0,0,0,0", (0, 3)),
        ("conv_transpose?dilation=2&stride=1&output_padding=0", "0,0,4,4", (0, 2, 4)),
    ],
)
def test_a_dilated_window_shows_which_cells_it_reads(
    open_page: OpenPage, path: str, at: str, wanted: tuple[int, ...]
) -> None:
    page = lab(open_page, f"/en/{path}&at={at}&{link(SMALL)}")
    expect(page.locator(READ)).to_have_count(len(wanted) ** 2)
    assert sorted(cells(page)) == [(y, x) for y in wanted for x in wanted]
    expect(page.locator("[data-text=in-note]")).to_have_text("outlined: read")
    page.get_by_role("slider", name="dilation").fill("1")
    expect(page.locator(READ)).to_have_count(0)


def test_a_dilated_window_marks_what_it_reads_in_the_grid(open_page: OpenPage) -> None:
    page = lab(open_page, f"/en/conv?dilation=2&padding=0&edit=1&at=0,0,1,1&{link(SMALL)}")
    marked = page.locator(".in .number-cells input.marked")
    expect(marked).to_have_count(9)
    labels = [marked.nth(i).get_attribute("aria-label") for i in range(9)]
    assert labels == [f"input, row {y}, column {x}" for y in (1, 3, 5) for x in (1, 3, 5)]


def test_a_dilated_window_marks_what_it_reads_of_a_signal(open_page: OpenPage) -> None:
    path = "conv?sample=heartbeat&spatial_dims=1&weights=random&dilation=4&padding=0&at=0,0,60"
    page = lab(open_page, f"/en/{path}")
    expect(page.locator(".in .signal .signal-read")).to_have_count(3)


def holds(outer: Locator, inner: Locator, slack: float = 4) -> bool:
    left, top, right, bottom = box(inner)
    start, first, end, last = box(outer)
    return (
        left >= start - slack
        and top >= first - slack
        and right <= end + slack
        and bottom <= last + slack
    )


@pytest.mark.parametrize("rows", [[[1, 2, 3, 4, 5, 6]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]]])
def test_a_small_input_stands_still_in_its_padding(
    open_page: OpenPage, rows: list[list[int]]
) -> None:
    every = "".join(str(n) for row in rows for n in row)
    sizes = set()
    for at in ("0,0,0,0", f"0,0,{len(rows) - 1},{len(rows[0]) - 1}"):
        shown = lab(open_page, f"/en/conv?padding=1&at={at}&{link(rows)}")
        picture = shown.locator(f"{LENS} svg")
        expect(picture.locator("text")).to_have_count(len(rows) * len(rows[0]))
        assert "".join(picture.locator("text").all_text_contents()) == every
        assert holds(picture, shown.locator(f"{LENS} .frame"))
        sizes.add(picture.get_attribute("viewBox"))
    assert len(sizes) == 1


def test_a_small_channel_is_framed_whole(open_page: OpenPage) -> None:
    page = lab(open_page, f"/en/pooling?mode=global_max&{link(SMALL)}")
    expect(page.locator(f"{LENS} svg text")).to_have_count(36)
    assert box(page.locator(f"{LENS} .frame").first) == pytest.approx(
        box(page.locator(f"{LENS} svg")), abs=4
    )


def test_the_frame_of_a_window_stays_on_its_picture(open_page: OpenPage) -> None:
    page = lab(open_page, f"/en/conv?padding=8&at=0,0,6,6&{link([row[:28] for row in LARGE[:28]])}")
    assert holds(page.locator(f"{MAP} canvas"), page.locator(f"{MAP} > .marker"))


def test_one_grid_has_one_number_of_decimals(open_page: OpenPage) -> None:
    page = lab(
        open_page, f"/en/conv?padding=1&at=0,0,0,0&{link([[1, 2, 3], [4, 5, 6], [7, 8, 9]])}"
    )
    written = page.locator("[data-view=out-lens] svg text").all_text_contents()
    assert written == ["9", "6", "−9", "20", "8", "−20", "21", "6", "−21"]
    page = lab(
        open_page, f"/en/conv?padding=1&at=0,0,0,0&{link([[1, 2, 3], [4, 5.5, 6], [7, 8, 9]])}"
    )
    written = page.locator("[data-view=out-lens] svg text").all_text_contents()
    assert written == ["9.5", "6.0", "−9.5", "21.0", "8.0", "−21.0", "21.5", "6.0", "−21.5"]


@pytest.mark.parametrize("lab", ["conv", "pooling"])
def test_on_a_phone_a_small_output_is_seen(open_page: OpenPage, lab: str) -> None:
    page = at_rest(open_page(f"/en/{lab}?sample=grid", size=(390, 844)))
    box = page.locator(".out .lensed svg").bounding_box()
    assert box
    assert box["width"] > 100
    assert box["x"] + box["width"] <= 390
    expect(page.locator("[data-view=out-map]")).to_be_hidden()
    large = at_rest(open_page(f"/en/{lab}", size=(390, 844)))
    expect(large.locator("[data-view=out-map] canvas")).to_be_visible()
    expect(large.locator(".out .lensed")).to_be_hidden()
