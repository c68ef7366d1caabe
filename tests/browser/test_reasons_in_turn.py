"""A page asks one thing after the other, waits for a busy service, names no place for nothing."""

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.test_network import node, opened

LENET = "/en/networks/lenet-digits"
BUSY = {"type": "about:blank", "title": "Too much to do just now", "status": 503}


def seen(page: Page) -> Page:
    """Return the page with its reasons in view."""
    page.locator("[data-reasons]").scroll_into_view_if_needed()
    return page


def kind(url: str) -> str:
    """Return what is asked of a network."""
    return urlsplit(url).path.rsplit("/", 1)[1]


def test_one_question_at_a_time_and_again_when_the_service_was_busy(
    open_page: OpenPage, trouble: list[str]
) -> None:
    page = opened(open_page(LENET, size=(1280, 400)))
    under_way: set[object] = set()
    most, refused, asked = [0], [0], list[str]()

    def begin(route: Route) -> None:
        asked.append(kind(route.request.url))
        if asked[-1] == "contributions" and refused[0] < 2:
            refused[0] += 1
            problem = json.dumps(BUSY)
            route.fulfill(
                status=503,
                body=problem,
                headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
            )
            return
        under_way.add(route.request)
        most[0] = max(most[0], len(under_way))
        route.continue_()

    page.route("**/api/v1/models/*/*", begin)
    page.on("requestfinished", lambda request: under_way.discard(request))
    seen(page)
    expect(page.locator(".added > .computing")).to_be_visible()
    expect(page.locator("[data-view=features] tr").first).to_be_visible(timeout=20_000)
    expect(page.locator(".computing:visible")).to_have_count(0)
    expect(page.get_by_text("Click one to see", exact=False)).to_be_visible(timeout=30_000)
    assert most == [1]
    assert refused == [2]
    assert asked.index("occlude") > asked.index("class_map" if "class_map" in asked else "predict")
    assert asked.index("occlude") > max(i for i, one in enumerate(asked) if one == "contributions")
    expect(page.locator("[data-text=added-wrong]")).to_be_empty()
    assert all("503" in one for one in trouble)
    trouble.clear()


def test_where_no_square_changes_anything_no_place_is_named(open_page: OpenPage) -> None:
    page = opened(open_page(LENET, size=(1280, 400)))

    def same(route: Route) -> None:
        told = route.fetch().json()
        told["covered"] = [[told["probability"] for _ in row] for row in told["covered"]]
        route.fulfill(json=told)

    page.route("**/occlude", same)
    seen(page)
    said = page.locator("[data-text=everywhere-at]")
    expect(said).to_contain_text("No square changes what", timeout=30_000)
    expect(said).not_to_contain_text("rows")
    expect(page.locator("[data-view=everywhere-legend]")).to_be_hidden()
    page.locator("[data-view=everywhere]").hover()
    expect(said).to_contain_text("Square over rows")


def test_a_button_is_only_where_there_is_a_map(open_page: OpenPage) -> None:
    page = seen(opened(open_page(LENET)))
    expect(page.locator("[data-text=no-map]")).not_to_be_empty(timeout=30_000)
    expect(page.locator("[data-zoom=seen]")).to_be_hidden()


def test_enter_on_a_map_goes_to_the_panel_and_escape_back(open_page: OpenPage) -> None:
    page = opened(open_page(LENET, size=(1280, 500)))
    tile = node(page, 0).locator(".tile").nth(2)
    tile.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-text=chosen]")).to_have_text("conv, map 2")
    expect(page.locator("#chosen-title")).to_be_focused()
    expect(page.locator("#chosen-title")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(tile).to_be_focused()
