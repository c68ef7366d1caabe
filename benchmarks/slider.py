"""From a slider's movement to the painted maps, in a real browser, on a picture of 224 × 224."""

import os
import statistics

from playwright.sync_api import sync_playwright

from benchmarks.goals import GOAL_HEAD, goal_row
from benchmarks.servers import serving
from tests.browser.conftest import ARGUMENTS
from tests.browser.find_browser import get_browser

CHANGES = 100
_PAGE = "/en/conv?input.size=224x224"
_SHAPE = "1 × 1 × 224 × 224"

# The clock starts at the input event. Maps are put on their canvases in the task that also writes
# the new shape; it stops in the first task after the frame that shows them.
_MEASURE = """async (changes) => {
    const slider = document.querySelector("[data-field=padding] [type=range]");
    const shape = document.querySelector("[data-text=out-shape]");
    const plain = CanvasRenderingContext2D.prototype.putImageData;
    let painted = 0;
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        if (this.canvas.closest("[data-view=out-map], [data-view=maps]")) painted += 1;
        return plain.apply(this, given);
    };
    const shown = () => new Promise((resolve) => {
        new MutationObserver((_, observer) => {
            observer.disconnect();
            requestAnimationFrame(() => {
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => resolve(performance.now());
                port2.postMessage(0);
            });
        }).observe(shape, { childList: true, characterData: true, subtree: true });
    });
    const took = [];
    for (let i = 0; i < changes; i += 1) {
        const end = shown();
        painted = 0;
        const start = performance.now();
        slider.value = String(2 + (i % 5));
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        took.push((await end) - start);
        if (!painted) throw new Error("nothing was painted");
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return took;
}"""


def measure_slider() -> tuple[list[float], float]:
    """Return how long each change took, in ms, and what the machine was busy with before.

    A few changes before them warm the page up. The second is the load average of a minute.
    """
    busy = os.getloadavg()[0]
    with serving("-m", "app.cli", "serve") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=get_browser(), args=ARGUMENTS)
        page = browser.new_page(
            base_url=server.url, viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
        )
        page.goto(_PAGE)
        page.get_by_text(_SHAPE).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(_MEASURE, 10)
        took: list[float] = page.evaluate(_MEASURE, CHANGES)
        browser.close()
    return took, busy


def slider_lines(took: list[float], busy: float) -> list[str]:
    """Return the measured times as they stand in RESULTS.md."""
    at_95 = statistics.quantiles(took, n=20)[-1]
    return [
        f"Wall-clock time in headless Chromium, 1280 × 800: {len(took)} changes of the padding of "
        "a convolution on a picture of 224 × 224 (1 × 3 × 224 × 224, Sobel x), from the input "
        "event until the frame with the new map is painted; browser and service on the same "
        f"machine of {os.cpu_count()} cores, whose load was {busy:.1f} before. The goal is 50 ms "
        "at the median and 100 ms at the 95th percentile.",
        "",
        "| changes | median | 95th percentile | longest |",
        "|---:|---:|---:|---:|",
        f"| {len(took)} | {statistics.median(took):.0f} ms | {at_95:.0f} ms | {max(took):.0f} ms |",
        "",
        "### Goals",
        "",
        *GOAL_HEAD,
        goal_row("median ≤ 50 ms", statistics.median(took), 50.0, " ms"),
        goal_row("95th percentile ≤ 100 ms", at_95, 100.0, " ms"),
    ]
