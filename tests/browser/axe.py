"""Runs axe, the accessibility checker, on a page as it stands."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = "async (rules) => (await axe.run(rules ? { runOnly: rules } : {})).violations"
# Of axe's rules those that a colour scheme can break; all others see the same in both.
OF_COLOURS = ("color-contrast", "link-in-text-block")


@cache
def source() -> str:
    """The text of axe, from npm's folder."""
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe has against the page, a line for each rule with the places that break it.

    Args:
        page: as it stands.
        rules: that it is held against; all of them if none is named.
    """
    # By the debugger's own door: the page's CSP lets no foreign script in, and stays as it is.
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": source()})
    session.detach()
    found: list[dict[str, Any]] = page.evaluate(RUN, list(rules) or None)
    return [f"{rule['id']}: {rule['help']}: {places(rule)}" for rule in found]


def in_both_schemes(page: Page) -> list[str]:
    """What axe has against the page in light and in dark colours; it stays dark."""
    page.emulate_media(color_scheme="light")
    light = violations(page)
    page.emulate_media(color_scheme="dark")
    return light + [f"dark: {one}" for one in violations(page, OF_COLOURS)]


def places(rule: dict[str, Any]) -> str:
    """The CSS selectors of the elements that break a rule."""
    return ", ".join(str(node["target"][0]) for node in rule["nodes"])
