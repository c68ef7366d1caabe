"""What is on a page stays where it is while the page's first answers come."""

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest
from tests.conftest import every_other

SIZES = {
    "desk": (1280, 800),
    "large": (1920, 1080),
    "tablet": (1024, 768),
    "upright": (768, 1024),
    "phone": (390, 844),
}
# How much of the window has moved, and how far, as browsers measure it, from the first frame on.
SHIFTED = """() => new Promise((told) => new PerformanceObserver((list) =>
      told(list.getEntries().reduce((sum, { value }) => sum + value, 0))
    ).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => told(0), 500))"""
MOST = 0.1


@pytest.mark.parametrize(
    ("path", "size"),
    every_other([
        ("/en/", "phone"),
        ("/zh/", "tablet"),
        ("/en/conv", "desk"),
        ("/zh/conv", "tablet"),
        ("/zh/dense", "desk"),
        ("/en/dense", "phone"),
        ("/en/softmax", "phone"),
        ("/en/activation", "desk"),
        ("/zh/upsample", "desk"),
        ("/en/local_response_norm", "tablet"),
        ("/en/build", "upright"),
        ("/en/networks/one-conv", "large"),
    ]),
)  # fmt: skip
def test_nothing_moves_much_while_a_page_is_drawn(
    open_page: OpenPage, path: str, size: str
) -> None:
    page = at_rest(open_page(path, size=SIZES[size]))
    assert page.evaluate(SHIFTED) < MOST
