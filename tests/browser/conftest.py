"""A real service and a real browser, and pages that tell on themselves.

A test takes `open_page`, opens a path and looks. When it ends, everything that went wrong on its
pages fails it: errors and warnings of the console, uncaught exceptions, requests that failed and
requests to any other host. A test that provokes an error takes `trouble` too and clears it.
"""

from collections.abc import Iterator
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from tests.browser.find_browser import get_browser
from tests.browser.rest import listen
from tests.browser.server import serving

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page that opens has the process of those before it: what that has compiled stays compiled.
    "--process-per-site",
]
# A page that no longer wants an answer gives it up; that is no failure.
GIVEN_UP = "net::ERR_ABORTED"
# Tests read canvases back to see what is drawn; the browser's advice on that is not for the page.
READ_BACK = "willReadFrequently"
# Of a page, in the words of the debugger.
_STORED = "cookies,indexeddb,local_storage"


class OpenPage(Protocol):
    """Opens a path of the service in a fresh browser context."""

    def __call__(
        self, path: str, *, size: tuple[int, int] = (1280, 800), **context: object
    ) -> Page: ...


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a service that runs for the whole session."""
    with serving(tmp_path_factory.mktemp("server") / "log.txt") as url:
        yield url


# A module's own: Playwright keeps an event loop in this thread, which other tests must not meet.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    path = get_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def trouble() -> list[str]:
    """What went wrong on the pages of this test."""
    return []


def watch(page: Page, server: str, trouble: list[str]) -> None:
    """Notes all that goes wrong on a page."""
    host = urlsplit(server).netloc

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and READ_BACK not in message.text:
            trouble.append(f"console {message.type}: {message.text}")

    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != host:
            trouble.append(f"left the machine: {request.url}")

    def on_failed(request: Request) -> None:
        if request.failure != GIVEN_UP:
            trouble.append(f"request failed: {request.url}: {request.failure}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: trouble.append(f"uncaught: {error}"))
    page.on("request", on_request)
    page.on("requestfailed", on_failed)


@pytest.fixture(scope="module")
def kept(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A context for each way of opening pages: what was cached once need not come again."""
    contexts: dict[str, BrowserContext] = {}
    yield contexts
    for context in contexts.values():
        context.close()


def forget(page: Page, server: str) -> None:
    """Empties all that pages of the service have stored, but for the cache."""
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": server, "storageTypes": _STORED})
    session.detach()


@pytest.fixture
def open_page(
    browser: Browser, server: str, trouble: list[str], kept: dict[str, BrowserContext]
) -> Iterator[OpenPage]:
    """Opens pages; keywords are those of Playwright's `new_context` (`locale`, `color_scheme`).

    The second page that a test opens in the same way is in a browser that has nothing of the first.
    """
    pages: list[Page] = []
    fresh: list[BrowserContext] = []
    taken: set[str] = set()

    def open_page(path: str, *, size: tuple[int, int] = (1280, 800), **context: object) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        # With nothing in motion, a page is at rest when it is drawn.
        options: dict[str, Any] = {"viewport": viewport, "reduced_motion": "reduce"} | context
        way = repr(sorted(options.items()))
        if way in taken:
            fresh.append(browser.new_context(base_url=server, **options))
            page = fresh[-1].new_page()
        else:
            taken.add(way)
            if way not in kept:
                kept[way] = browser.new_context(base_url=server, **options)
                # Stays open, and with it the process of pages of this address.
                kept[way].new_page().goto("/health/live")
            page = kept[way].new_page()
            forget(page, server)
        pages.append(page)
        watch(page, server, trouble)
        listen(page)
        page.goto(path)
        return page

    yield open_page
    for page in pages:
        page.close()
    for context in fresh:
        context.close()
    assert not trouble, "\n".join(trouble)
