"""The page of EfficientNet-Lite0 in a real browser: until it can be used, what pointing costs."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

from benchmarks.goals import GOAL_HEAD, goal_row
from benchmarks.servers import serving
from tests.browser.conftest import ARGUMENTS
from tests.browser.find_browser import get_browser

PHOTOGRAPHS = ("chelsea", "coffee", "astronaut", "rocket", "camera", "brick")
POINTED = 60
_PAGE = "/en/networks/efficientnet-lite0"
_READY = "[data-network]:not([aria-busy]) .sum-line:visible"
_APART = 0.12  # seconds between two movements

# The clock starts at the pointer's event and stops in the first task after the frame that shows
# what changed in the arithmetic.
_WATCH = """() => {
    window.took = [];
    let from = 0;
    addEventListener("pointermove", (event) => { from = event.timeStamp; }, true);
    const parts = { childList: true, characterData: true, subtree: true };
    new MutationObserver(() => {
        if (!from) return;
        const start = from;
        from = 0;
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.took.push(performance.now() - start);
            port2.postMessage(0);
        });
    }).observe(document.querySelector(".ar"), parts);
}"""
_SCROLL = """async () => {
    const gaps = [];
    let last = performance.now();
    for (let i = 0; i < 120; i += 1) {
        scrollBy(0, i < 60 ? 20 : -20);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        gaps.push(performance.now() - last);
        last = performance.now();
    }
    return gaps;
}"""


class Measured(NamedTuple):
    """All in ms.

    Attributes:
        usable: from asking for the page until a number is taken apart, one a photograph; the
            service saw none of them before.
        pixel: from the pointer's event on a map to the frame with its arithmetic.
        pixel_work: what the page's main thread does for one, in processor time.
        tile_work: the same for the pointer on a tile of the graph.
        frames: between two frames, the page scrolled with stages of 1280 maps in view.
        busy: the load of the machine before.
    """

    usable: list[float]
    pixel: list[float]
    pixel_work: float
    tile_work: float
    frames: list[float]
    busy: float


def measure_network_page() -> Measured:
    """Open the page for every photograph, then point about on the last one."""
    busy = os.getloadavg()[0]
    with serving("-m", "app.cli", "serve") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=get_browser(), args=ARGUMENTS)
        usable = []
        for name in PHOTOGRAPHS:
            page = browser.new_page(
                base_url=server.url,
                viewport={"width": 1280, "height": 800},
                reduced_motion="reduce",
            )
            start = time.perf_counter()
            page.goto(f"{_PAGE}?sample={name}", wait_until="commit")
            page.locator(_READY).first.wait_for()
            usable.append((time.perf_counter() - start) * 1e3)
            page.wait_for_load_state("networkidle")
            if name != PHOTOGRAPHS[-1]:
                page.close()
        found = Measured(usable, *_pointed(page), _scrolled(page), busy)
        browser.close()
    return found


def _pointed(page: Page) -> tuple[list[float], float, float]:
    page.locator("[data-chosen]").evaluate("element => element.scrollIntoView({ block: 'center' })")
    page.evaluate(_WATCH)
    box: Any = page.locator("[data-view=map] canvas").bounding_box()

    def to_pixel(i: int) -> None:
        across, down = (box[side] - 10 for side in ("width", "height"))
        page.mouse.move(box["x"] + 5 + i * 37 % across, box["y"] + 5 + i * 53 % down)

    for i in range(5):
        to_pixel(i)
        time.sleep(_APART)
    page.evaluate("window.took.length = 0")
    pixel_work = _work(page, to_pixel)
    took: list[float] = page.evaluate("window.took")
    page.evaluate("scrollTo(0, 0)")
    tiles = [tile.bounding_box() for tile in page.locator(".tile:visible").all()[:48]]

    def to_tile(i: int) -> None:
        tile: Any = tiles[i * 7 % len(tiles)]
        page.mouse.move(tile["x"] + 20, tile["y"] + 20)

    return took, pixel_work, _work(page, to_tile)


def _work(page: Page, point: Callable[[int], None]) -> float:
    with _thread_time(page) as spent:
        for i in range(POINTED):
            point(i)
            time.sleep(_APART)
    return spent[0] / POINTED


@contextmanager
def _thread_time(page: Page) -> Iterator[list[float]]:
    """Give the processor time of the page's main thread in the block, in ms."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def now() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration") * 1e3

    spent: list[float] = []
    before = now()
    yield spent
    spent.append(now() - before)
    session.detach()


def _scrolled(page: Page) -> list[float]:
    page.locator("[data-graph]").evaluate("graph => { graph.scrollLeft = graph.scrollWidth; }")
    page.wait_for_load_state("networkidle")
    frames: list[float] = page.evaluate(_SCROLL)
    return frames


def network_lines(found: Measured) -> list[str]:
    """Return the measured times as they stand in RESULTS.md."""
    pixel, frames = (statistics.quantiles(t, n=20)[-1] for t in (found.pixel, found.frames))
    usable, middle = statistics.median(found.usable) / 1e3, statistics.median
    return [
        "EfficientNet-Lite0 in headless Chromium, 1280 × 800, browser and service on the same "
        f"machine of {os.cpu_count()} cores, whose load was {found.busy:.1f} before. Until a "
        f"number of the traced network is taken apart: {len(found.usable)} photographs that the "
        "service had not seen, each in a new page. What pointing costs is processor time of the "
        f"page's main thread, over {POINTED} movements. From the pointer's event to the frame "
        "with the arithmetic is time on the clock, the service's answer in it. Frames are those "
        "of the page scrolled while stages of 1280 maps are in view.",
        "",
        "| | median | 95th percentile | longest |",
        "|---|---:|---:|---:|",
        f"| page usable | {usable:.2f} s | – | {max(found.usable) / 1e3:.2f} s |",
        f"| pointing at a pixel, until it is painted | {middle(found.pixel):.0f} ms "
        f"| {pixel:.0f} ms | {max(found.pixel):.0f} ms |",
        f"| frames while scrolling | {middle(found.frames):.0f} ms | {frames:.0f} ms "
        f"| {max(found.frames):.0f} ms |",
        "",
        "### Goals",
        "",
        *GOAL_HEAD,
        goal_row("page usable ≤ 2 s", usable, 2.0, " s"),
        goal_row("pointing at a pixel costs ≤ 20 ms", found.pixel_work, 20.0, " ms"),
        goal_row("pointing at a tile costs ≤ 20 ms", found.tile_work, 20.0, " ms"),
    ]
