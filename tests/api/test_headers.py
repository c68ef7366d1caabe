"""What every answer says to browsers: where scripts may come from, who may read it, no cookies."""

import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from app.layers import LABS

_PAGES = (
    "/en/",
    "/zh/",
    "/docs",
    "/en/networks",
    "/zh/networks/lenet-digits",
    *(f"/{lang}/{name}" for lang in ("en", "zh") for name in LABS),
)
_ANSWERS = (
    *_PAGES, "/static/js/menu.js", "/static/nothing", "/api/v1/layers", "/api/v1/nothing",
    "/openapi.json", "/health/live", "/metrics", "/api/v1/activations/relu/curve?format=svg",
    "/samples/lenet-digits/3.png", "/api/v1/tensors/none", "/",
)  # fmt: skip
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")


class _Inline(HTMLParser):
    """Gathers what a page would run of itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._reads = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = given.get("type") == "application/json"
        self._reads = tag == "script" and "src" not in given and not data
        self.found += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.found += [f"{tag} style" for name in given if name == "style"]
        self.found += [tag] if tag == "style" or self._reads else []
        for name in ("src", "href", "action"):
            value = given.get(name) or ""
            if name != "href" or tag == "link":
                self.found += [value] if re.match(r"(https?:)?//|javascript:", value) else []


@pytest.mark.parametrize("method", _METHODS)
@pytest.mark.parametrize("url", _ANSWERS)
def test_every_answer_keeps_browsers_from_harm(client: TestClient, url: str, method: str) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = client.request(method, url, headers=asked, follow_redirects=False)
    policy = dict(part.strip().split(" ", 1) for part in
                  answer.headers["content-security-policy"].split(";"))  # fmt: skip
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(policy)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert [name for name in answer.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("url", _PAGES)
def test_a_page_has_nothing_inline_and_nothing_from_elsewhere(client: TestClient, url: str) -> None:
    reader = _Inline()
    reader.feed(client.get(url).text)
    assert reader.found == []
