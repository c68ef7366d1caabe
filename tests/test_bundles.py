"""A page's modules as one file: there for every page that names it, and made of what lies here."""

import json
import re

import pytest

from app.settings import ROOT

_BUNDLES = ROOT / "static" / "bundles"
_NAMED = re.compile(r"static\('bundles/(\w+)\.js'\)")
_PAGES = sorted(
    name
    for template in (ROOT / "templates").glob("**/*.html")
    for name in _NAMED.findall(template.read_text())
)


def test_each_is_named_by_a_page() -> None:
    assert sorted({path.name.split(".")[0] for path in _BUNDLES.glob("*.js*")}) == _PAGES


@pytest.mark.parametrize("page", _PAGES)
def test_is_made_of_the_modules_as_they_are_now(page: str) -> None:
    told = json.loads((_BUNDLES / f"{page}.js.map").read_text())
    assert f"../js/pages/{page}.js" in told["sources"]
    for name, text in zip(told["sources"], told["sourcesContent"], strict=True):
        assert (_BUNDLES / name).read_text() == text, name


def test_what_no_page_uses_of_d3_stays_behind() -> None:
    told = json.loads((_BUNDLES / "d3.js.map").read_text())
    packages = {
        found[1] for name in told["sources"] if (found := re.search(r"/(d3-[a-z-]+)/", name))
    }
    assert "d3-scale" in packages
    assert not packages & {"d3-geo", "d3-force", "d3-selection", "d3-transition", "d3-zoom"}
