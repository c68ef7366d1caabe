"""What the tests of the live figures share: bring one on the screen, move its controls, read it."""

from playwright.sync_api import Locator, Page, expect

from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.test_pages import OVERHANG, PHONE

MINUS = "\u2212"


def figure(page: Page, name: str) -> Locator:
    """Return a figure that was scrolled to and has drawn itself."""
    found = page.locator(f"[data-why={name}]")
    found.scroll_into_view_if_needed()
    return settle(found)


def settle(shown: Locator) -> Locator:
    """Return the figure once what it was asked for is drawn."""
    expect(shown).to_have_attribute("aria-busy", "false", timeout=20_000)
    return shown


def move(shown: Locator, control: str, value: float | str) -> None:
    """Move a slider of a figure, or choose one of a few."""
    found = shown.locator(f"[data-control={control}]")
    if found.first.get_attribute("type") == "radio":
        shown.locator(f"[data-control={control}][value='{value}']").check()
    else:
        found.fill(str(value))
    settle(shown)


def said(shown: Locator, name: str) -> str:
    """Return a result as it stands on the screen."""
    return shown.locator(f"[data-text='{name}']").inner_text().replace("\u00a0", " ")


def number(shown: Locator, name: str) -> float:
    """Return a result as a number: a real minus, thin spaces and powers of ten are read."""
    powers = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    text = said(shown, name).replace(MINUS, "-").replace("\u202f", "").removesuffix(" %")
    mantissa, _, power = text.partition("·10")
    return float(mantissa) * 10.0 ** int(power.translate(powers) or 0)


def check_figures(open_page: OpenPage, path: str, names: list[str]) -> None:
    """Hold every figure of a page to what holds for every page: on a phone and for everyone."""
    phone = open_page(path, size=PHONE, has_touch=True, is_mobile=True)
    for name in names:
        figure(phone, name)
        assert phone.evaluate(OVERHANG) <= 0, name
    desk = open_page(path)
    for name in names:
        figure(desk, name)
    assert axe.in_both_schemes(desk) == []
    assert desk.locator("[data-wrong]:visible").count() == 0
