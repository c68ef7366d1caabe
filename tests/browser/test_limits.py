"""Pages of a service whose limits were lowered: what they ask for by themselves stays within."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.browser.figures import figure
from tests.browser.server import serving

LOW = {
    "TERMS": "600",
    "EXPLAINED": "5",
    "EXPLAINED_TERMS": "2600",
    "CURVE_POINTS": "20",
    "CURVE_FAR": "12",
    "CURVES": "4",
}
# Each with its figures: a wide input, cells by lot, an explanation of many terms.
PAGES = [
    ("/en/activation?numbers=-900+3+7+900", ["slopes"]),
    ("/en/conv?predict=1", []),
    ("/en/dense", ["row"]),
    ("/en/softmax", ["two"]),
    ("/en/networks/one-conv?stage=4&at=0,0", []),
]


@pytest.fixture(scope="module")
def low(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a service with low limits."""
    log = tmp_path_factory.mktemp("low") / "log.txt"
    with serving(log, **{f"LAYERLAB_MAX_{name}": most for name, most in LOW.items()}) as url:
        yield url


@pytest.mark.parametrize(("path", "figures"), PAGES)
def test_no_page_asks_for_more(browser: Browser, low: str, path: str, figures: list[str]) -> None:
    page = browser.new_page(base_url=low, reduced_motion="reduce")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path)
    for name in figures:
        expect(figure(page, name).locator("[data-wrong]")).to_be_hidden()
    page.wait_for_load_state("networkidle")
    asked = [urlsplit(answer.url).path for answer in answers]
    assert any(path.startswith("/api/v1/") for path in asked)
    assert [answer.text() for answer in answers if answer.status >= 400] == []
    page.close()
