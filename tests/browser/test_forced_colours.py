"""Where the system forces its colours, what they say on these pages is still seen."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest

SCHEMES = ["light", "dark"]


def forced(open_page: OpenPage, path: str, scheme: str) -> Page:
    return at_rest(open_page(path, forced_colors="active", color_scheme=scheme))


def colours(found: Locator) -> dict[tuple[int, ...], int]:
    """Which colours an element has on the screen, and how many pixels each."""
    with Image.open(io.BytesIO(found.screenshot())) as picture:
        pixels = picture.convert("RGB")
        counted = pixels.getcolors(pixels.width * pixels.height) or []
        return {colour: count for count, colour in counted if isinstance(colour, tuple)}


def ground(found: Locator) -> tuple[int, ...]:
    """The colour of most of its pixels."""
    counted = colours(found)
    return max(counted, key=lambda colour: counted[colour])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("path", "chosen", "other"),
    [
        ("activation", ".choices label:has(:checked)", ".choices label:not(:has(:checked))"),
        ("conv", ".pick:has([aria-pressed=true])", ".pick:has([aria-pressed=false])"),
        ("conv", ".seg label:has(:checked)", ".seg label:not(:has(:checked))"),
        ("build", ".segmented [aria-pressed=true]", ".segmented [aria-pressed=false]"),
        ("softmax", ".out [aria-pressed=true] .name", ".out [aria-pressed=false] .name"),
    ],
)
def test_what_is_chosen_is_marked(
    open_page: OpenPage, path: str, chosen: str, other: str, scheme: str
) -> None:
    page = forced(open_page, f"/en/{path}", scheme)
    assert ground(page.locator(chosen).first) != ground(page.locator(other).first)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_that_is_open_is_underlined(open_page: OpenPage, scheme: str) -> None:
    page = forced(open_page, "/en/conv", scheme)
    tab = page.locator(".families [aria-current=page]")
    line, behind = tab.evaluate(
        """(tab) => [getComputedStyle(tab, "::after").backgroundColor,
                     getComputedStyle(document.documentElement).backgroundColor]"""
    )
    assert line != behind


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_track_of_a_slider_is_seen(open_page: OpenPage, scheme: str) -> None:
    page = forced(open_page, "/en/conv", scheme)
    slider = page.locator("[data-field=padding] [type=range]")
    with Image.open(io.BytesIO(slider.screenshot())) as picture:
        pixels = picture.convert("RGB")
    middle, right = pixels.height // 2, pixels.width - 4
    column = {pixels.getpixel((right, y)) for y in range(middle - 2, middle + 2)}
    assert len(column) > 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("softmax", ".out .bars [aria-pressed=true] .bar"),
        ("softmax", ".shares .chosen td:last-child"),
        ("conv", ".number-cells input >> nth=0"),
        ("networks/one-conv", ".classes [aria-pressed=true] .bar"),
    ],
)
def test_data_keep_their_colours(open_page: OpenPage, path: str, data: str, scheme: str) -> None:
    free = at_rest(open_page(f"/en/{path}", color_scheme=scheme))
    wanted = ground(free.locator(data))
    assert ground(forced(open_page, f"/en/{path}", scheme).locator(data)) == wanted


@pytest.mark.parametrize("scheme", SCHEMES)
def test_secondary_text_is_stronger_for_whoever_asks(open_page: OpenPage, scheme: str) -> None:
    def contrast(page: Page) -> float:
        """Of the sentence below the title against the paper, as WCAG reckons it."""
        return float(
            page.evaluate(
                """() => {
                    const light = (element, of) => {
                        const parts = getComputedStyle(element)[of].match(/[\\d.]+/g).slice(0, 3);
                        const [r, g, b] = parts.map((part) => {
                            const c = part / 255;
                            return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
                        });
                        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
                    };
                    const text = light(document.querySelector(".head p"), "color");
                    const paper = light(document.documentElement, "backgroundColor");
                    return Math.max(text, paper) / Math.min(text, paper);
                }"""
            )
        )

    usual = contrast(at_rest(open_page("/en/conv", color_scheme=scheme)))
    more = contrast(at_rest(open_page("/en/conv", color_scheme=scheme, contrast="more")))
    assert more > 12 > usual


@pytest.mark.parametrize("scheme", SCHEMES)
def test_links_have_the_colour_of_links(open_page: OpenPage, scheme: str) -> None:
    page = forced(open_page, "/en/conv", scheme)
    link = page.locator(".head a.link")
    own, wanted, text = link.evaluate(
        """(link) => {
            const probe = document.createElement("span");
            link.parentElement.append(probe);
            probe.style.color = "LinkText";
            return [link, probe, document.body].map((one) => getComputedStyle(one).color);
        }"""
    )
    assert own == wanted
    assert own != text
