"""The live figures on the page of softmax, held against PyTorch."""

from urllib.parse import urlsplit

import pytest
import torch
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.figures import check_figures, figure, move, number, said, settle
from tests.conftest import every_other

SCORES = [2.0, 1.0, -1.0, 0.5]
PAGE = "/en/softmax?numbers=" + "+".join(map(str, SCORES))


@pytest.mark.parametrize("power", every_other([-1, -0.5, 0, 0.5, 1]))
def test_a_temperature_sharpens_or_evens_out(open_page: OpenPage, power: float) -> None:
    shown = figure(open_page(PAGE), "shares")
    move(shown, "power", power)
    shares = torch.softmax(torch.tensor(SCORES) / 10**power, 0)
    assert number(shown, "top") == pytest.approx(100 * shares.max().item(), abs=0.06)
    assert number(shown, "sum") == pytest.approx(1, abs=2e-6)
    bars = shown.locator(".bars .value")
    expect(bars).to_have_count(len(SCORES))


def test_all_temperatures_are_one_question(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    shown = figure(page, "shares")
    # The page's own shares, its program, the bars, and one for every curve.
    assert asked.count("/api/v1/layers/softmax") <= 4
    curve = shown.locator(".curve-chosen[d]").get_attribute("d") or ""
    drawn = torch.tensor([[float(n) for n in p.split(",")] for p in curve[1:].split("L")])
    powers = torch.linspace(-1, 1, 21)
    best = torch.softmax(torch.tensor(SCORES) / 10 ** powers[:, None], 1)[:, 0]
    lines = shown.locator("svg:has(.curve-chosen) line[stroke]").all()
    ends = [float(line.get_attribute(end) or "nan") for line in lines for end in ("y1", "y2")]
    top, bottom = min(ends), max(ends)
    assert bottom - top > 150
    wanted = bottom - (bottom - top) * best
    assert drawn[:, 1].tolist() == pytest.approx(wanted.tolist(), abs=0.01)


def test_the_naive_form_overflows_and_ours_does_not(open_page: OpenPage) -> None:
    page = open_page("/en/softmax")
    shown = figure(page, "overflow")
    first = shown.locator("tbody tr").first.locator("td")
    for add in (0, 10, 85, 86, 1000):
        shown.locator(f"[data-shift='{add}']").click()
        settle(shown)
        scores = torch.tensor([3.0, 2.0, 1.0]) + add
        naive = torch.exp(scores) / torch.exp(scores).sum()
        ours = torch.softmax(scores, 0)
        wanted = "not a number" if naive[0].isnan() else f"{100 * naive[0].item():.1f}\u00a0%"
        expect(first.nth(2)).to_have_text(wanted)
        expect(first.nth(5)).to_have_text(f"{100 * ours[0].item():.1f}\u00a0%")
        assert number(shown, "our-sum") == pytest.approx(1)
        assert number(shown, "changed") < 1e-6
    expect(first.nth(1)).to_have_text("∞")
    assert "why.overflow=add:1000" in page.url


def test_with_two_classes_it_is_a_sigmoid(open_page: OpenPage) -> None:
    shown = figure(open_page("/en/softmax"), "two")
    assert number(shown, "difference") < 1e-6
    move(shown, "second", 2)
    x = torch.linspace(-6, 6, 121)
    apart = (torch.softmax(torch.stack([x, x * 0 + 2]), 0)[0] - torch.sigmoid(x)).abs().max()
    assert number(shown, "difference") == pytest.approx(apart.item(), abs=0.006)


def test_with_more_the_others_move_the_curve(open_page: OpenPage) -> None:
    page = open_page("/en/softmax")
    shown = figure(page, "two")
    expect(shown.locator("[data-control=third]")).to_be_hidden()
    move(shown, "classes", "3")
    for third in (0.0, 2.0, -4.0):
        move(shown, "third", third)
        share = torch.softmax(torch.tensor([0.0, 0.0, third]), 0)[0]
        assert number(shown, "middle") == pytest.approx(share.item(), abs=0.0006)
    before = said(shown, "middle")
    page.reload()
    assert said(figure(page, "two"), "middle") == before


@pytest.mark.parametrize("path", every_other(["/en/softmax", "/zh/softmax"], 0))
def test_for_everyone(open_page: OpenPage, path: str) -> None:
    check_figures(open_page, path, ["shares", "overflow", "two"])
