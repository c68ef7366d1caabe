"""Runs axe, the accessibility checker, on a page as it stands."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async () => (await axe.run()).violations"


@cache
def source() -> str:
    """The text of axe, from npm's folder."""
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe has against the page, a line for each rule with the places that break it."""
    # By the debugger's own door: the page's CSP lets no foreign script in, and stays as it is.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": source()})
    session.detach()
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [f"{rule['id']}: {rule['help']}: {places(rule)}" for rule in found]


def places(rule: dict[str, Any]) -> str:
    """The CSS selectors of the elements that break a rule."""
    return ", ".join(str(node["target"][0]) for node in rule["nodes"])
