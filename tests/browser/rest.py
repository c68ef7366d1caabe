"""When a page is at rest: what it asked for is here, and something is drawn."""

import time
from weakref import WeakKeyDictionary

from playwright.sync_api import Page, Request

_QUIET = 0.25  # seconds without a request under way
_LONGEST = 30.0
_LOOK_AGAIN = 50  # milliseconds

# A canvas of one colour only has not been drawn on.
DRAWN = """() => [...document.querySelectorAll("main canvas")].some((canvas) => {
    if (!canvas.width || !canvas.height) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return pixels.some((pixel) => pixel !== pixels[0]);
})"""


class Traffic:
    """The requests of one page that are under way, and when the last one came or went."""

    def __init__(self, page: Page) -> None:
        self._open: set[Request] = set()
        self._changed = time.monotonic()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request: Request) -> None:
        self._open.add(request)
        self._changed = time.monotonic()

    def _end(self, request: Request) -> None:
        self._open.discard(request)
        self._changed = time.monotonic()

    @property
    def is_quiet(self) -> bool:
        """Nothing has been under way for a while."""
        return not self._open and time.monotonic() - self._changed > _QUIET


_TRAFFIC: WeakKeyDictionary[Page, Traffic] = WeakKeyDictionary()


def listen(page: Page) -> None:
    """Begins to count the requests of a page; before it opens anything."""
    _TRAFFIC[page] = Traffic(page)


def quiet(page: Page) -> Page:
    """The page once it has asked for all it wants.

    Playwright's own `networkidle` takes half a second for that, and so sees the cross-check too,
    which a page asks for when nothing has changed for a while.
    """
    end = time.monotonic() + _LONGEST
    page.wait_for_load_state()
    while not _TRAFFIC[page].is_quiet:
        assert time.monotonic() < end, "the page asks for more and more"
        page.wait_for_timeout(_LOOK_AGAIN)
    return page


def at_rest(page: Page) -> Page:
    """The page once it has asked for all it wants and has drawn something."""
    quiet(page).wait_for_function(DRAWN)
    return page
