"""A network's page: its graph, one number taken apart with PyTorch's numbers, costs, a drawing."""

import json
import re
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import Locator, Page, expect

from app.networks.network import FOLDER, network
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import at_rest, quiet
from tests.browser.test_pages import OVERHANG, PHONE
from tests.conftest import every_other
from tests.networks.pictures import prepared

LENET = "/en/networks/lenet-digits"
SECOND_CONVOLUTION, THIRD_MAP = 3, 2


def node(page: Page, number: int) -> Locator:
    """Return a stage of the graph."""
    return page.locator(f'.node[data-node="{number}"]')


def opened(page: Page, told: str = ".sum-line:visible") -> Page:
    """Return the page once a number is taken apart on it."""
    expect(page.locator("[data-network]")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(told).first).to_be_visible()
    return quiet(page)


def number(text: str) -> float:
    """Return a number as the page writes it."""
    return float(text.replace("\u2212", "-").replace("\u202f", ""))


def shown_output(page: Page) -> float:
    """Return the output that the arithmetic ends at."""
    spoken = page.locator(".sum-line:visible").get_attribute("aria-label") or ""
    return number(spoken.rsplit(" ", 1)[1])


def tensor(body: bytes, name: str) -> Any:
    """Return one tensor of a safetensors file."""
    start = 8 + int.from_bytes(body[:8], "little")
    told = json.loads(body[8:start])[name]
    first, end = (start + place for place in told["data_offsets"])
    return np.frombuffer(body[first:end], "<f4").reshape(told["shape"]).copy()


def second_convolution(page: Page, sample: str) -> torch.Tensor:
    """Return what PyTorch makes of a sample, as the network receives it, in the second one."""
    w = {name: torch.tensor(value) for name, value in network("lenet-digits").tensors().items()}
    picture = (FOLDER / "lenet-digits" / "samples" / f"{sample}.png").read_bytes()
    sent = {"name": "x.png", "mimeType": "image/png", "buffer": picture}
    answer = page.request.post(
        "/api/v1/models/lenet-digits/trace",
        multipart={"input": sent, "nodes": "-1"},  # type: ignore[dict-item]
        headers={"Accept": "application/vnd.safetensors"},
    )
    x = torch.tensor(tensor(answer.body(), "input"))
    first = F.conv2d(x, w["conv.weight"], w["conv.bias"], padding=2)
    return F.conv2d(F.max_pool2d(F.relu(first), 2), w["conv_2.weight"], w["conv_2.bias"])


def test_the_sum_on_the_screen_is_pytorchs(open_page: OpenPage) -> None:
    """The third map of the second convolution is opened, a pixel of it pointed at."""
    page = opened(open_page(f"{LENET}?sample=3"))
    expected = second_convolution(page, "3")[0, THIRD_MAP].numpy()
    node(page, SECOND_CONVOLUTION).locator(f'.tile[data-map="{THIRD_MAP}"]').click()
    expect(page.locator("[data-text=chosen]")).to_have_text("conv_2, map 2")
    best = np.unravel_index(int(expected.argmax()), expected.shape)
    expect(page).to_have_url(re.compile(rf"stage=3&at=0,2,{best[0]},{best[1]}$"))
    quiet(page)
    assert shown_output(page) == pytest.approx(float(expected.max()), abs=0.0051)
    canvas = page.locator("[data-view=map] canvas")
    zoom = (canvas.bounding_box() or {"width": 0})["width"] / 10
    for y, x in ((4, 7), (9, 0)):
        canvas.hover(position={"x": (x + 0.5) * zoom, "y": (y + 0.5) * zoom})
        expect(page.locator("[data-text=where]:visible")).to_have_text(
            f"row {y}, column {x}, map 2"
        )
        assert shown_output(page) == pytest.approx(float(expected[y, x]), abs=0.0051)
    expect(page.locator("[data-text=field]")).to_contain_text("rows 16 to 27, columns 0 to 11")
    expect(page.locator("[data-text=field]")).to_contain_text("14 × 14")


def test_a_drawn_three_is_a_three(open_page: OpenPage) -> None:
    page = opened(open_page(LENET))
    page.get_by_role("button", name="Draw").click()
    sheet = page.get_by_role("application", name="Sheet to draw on")
    box = sheet.bounding_box()
    assert box
    strokes = [(80, 60), (130, 40), (170, 70), (150, 110), (115, 122)]
    strokes += [(160, 135), (178, 175), (140, 212), (78, 200)]
    page.mouse.move(box["x"] + strokes[0][0], box["y"] + strokes[0][1])
    page.mouse.down()
    for x, y in strokes[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=6)
    page.mouse.up()
    expect(page.locator("[data-text=verdict]")).to_contain_text("Most like 3 (")
    said = page.locator("[data-text=conversions]")
    expect(said).to_contain_text("your drawing")
    expect(said).to_contain_text("its colours (RGBA) became grey (L)")
    expect(page).to_have_url(re.compile("sample=own"))
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[data-text=verdict]")).to_contain_text("Most like 3 (")


def test_what_belongs_to_a_map_lights_up(open_page: OpenPage) -> None:
    page = opened(open_page(LENET))
    node(page, SECOND_CONVOLUTION).locator(".tile").nth(2).hover()
    expect(node(page, 2).locator(".tile.kin")).to_have_count(6)
    expect(node(page, 4).locator(".tile.kin")).to_have_count(1)
    expect(node(page, 0).locator(".tile.kin")).to_have_count(0)
    expect(page.locator("[data-text=lit]")).to_contain_text(
        "conv_2, map 2. Made of 6 maps. It helps to make one. A line has the colour"
    )
    expect(page.locator(".lit path:not(.casing)")).to_have_count(7)


def test_the_graph_is_walked_by_keys(open_page: OpenPage) -> None:
    page = opened(open_page(f"{LENET}?stage=2&at=0,1,5,5"))
    current = node(page, 2).locator(".tile[aria-current]")
    expect(current).to_have_attribute("tabindex", "0")
    assert page.locator('.tile[tabindex="0"]').count() == 1
    current.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    expect(page.locator(":focus")).to_have_attribute("aria-label", "conv_2, map 9")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-text=chosen]")).to_have_text("conv_2, map 10")
    expect(node(page, 3).locator(".tile[aria-current]")).to_have_attribute("data-map", "10")


def test_maps_are_ordered_by_strength_and_stages_found(open_page: OpenPage) -> None:
    page = opened(open_page(LENET))
    maps = node(page, 3).locator(".tile")
    assert [m.get_attribute("data-map") for m in maps.all()] == [str(n) for n in range(8)]
    page.get_by_role("button", name="strongest first").click()
    expect(page).to_have_url(re.compile("order=strength"))
    ordered = [int(m.get_attribute("data-map") or -1) for m in maps.all()]
    expect(maps.first).not_to_have_attribute("data-map", "0")
    trace = page.evaluate("""async () => { const form = new FormData();
        const picture = await (await fetch("/samples/lenet-digits/0.png")).blob();
        form.append("input", picture, "x.png"); form.append("nodes", "3");
        const url = "/api/v1/models/lenet-digits/trace";
        return (await (await fetch(url, { method: "POST", body: form })).json())["3"]; }""")
    strengths = np.abs(np.array(trace))[0].mean((1, 2))
    ordered = [int(m.get_attribute("data-map") or -1) for m in maps.all()]
    assert ordered == np.argsort(-strengths)[:8].tolist()
    page.get_by_label("Find a stage").fill("softmax")
    expect(page.locator("[data-text=found]")).to_have_text("1 of 1")
    expect(node(page, 12)).to_be_in_viewport()


def test_what_is_found_is_marked_and_enter_goes_on_from_it(open_page: OpenPage) -> None:
    page = opened(open_page(LENET))
    field, found = page.get_by_label("Find a stage"), page.locator("[data-text=found]")
    field.press_sequentially("dense")
    marked = page.locator(".node[data-found]")
    names = ["dense", "dense_2", "dense_3", "dense"]
    for place, name in enumerate(names):
        # The first Enter says yes to what typing has found.
        expect(found).to_have_text(f"{place % 3 + 1} of 3")
        expect(marked.locator("h3")).to_have_text(name)
        expect(marked).to_be_in_viewport()
        if place == 0:
            field.press("Enter")
            expect(found).to_have_text("1 of 3")
        field.press("Enter")
    ring = field.evaluate("""field => {
        const { outlineWidth, outlineOffset } = getComputedStyle(field);
        const reach = parseFloat(outlineWidth) + parseFloat(outlineOffset);
        const [label, said] = [field.previousElementSibling, field.form.lastElementChild];
        const { left, right } = field.getBoundingClientRect();
        return [left - reach - label.getBoundingClientRect().right,
                said.getBoundingClientRect().left - right - reach]; }""")
    assert min(ring) >= 0
    field.fill("nothing of the kind")
    expect(marked).to_have_count(0)


def test_a_softmax_is_told_with_its_exponentials(open_page: OpenPage) -> None:
    page = opened(open_page(f"{LENET}?sample=3&stage=12&at=0,5"), ".shares:visible")
    sample = (FOLDER / "lenet-digits" / "samples" / "3.png").read_bytes()
    shown = network("lenet-digits")
    scores = shown.run(prepared(shown, sample)[0])["dense_3"].astype(np.float64)[0]
    powers = np.exp(scores - scores.max())
    rows = page.locator(".shares tbody tr")
    assert [number(r.locator("td").nth(2).inner_text()) for r in rows.all()] == pytest.approx(
        powers, abs=0.0006
    )
    total = page.locator(".shares tfoot td").nth(2)
    assert number(total.inner_text()) == pytest.approx(powers.sum(), abs=0.0006)
    expect(page.locator("[data-text=quotient]")).to_contain_text(" ÷ ")
    rows.nth(3).get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"stage=12&at=0,3$"))
    expect(rows.nth(3)).to_have_class("chosen")
    expect(page.locator("[data-text=quotient]")).to_have_text(re.compile(r"^1\.00 ÷ 1\.\d+ = "))


def test_costs_are_those_of_the_network_and_can_be_sorted(open_page: OpenPage) -> None:
    page = opened(open_page(LENET))
    table = page.locator(".costs table")
    expect(table.locator("tfoot")).to_contain_text("61\u202f706")
    assert table.locator("tbody tr").count() == 13
    table.get_by_role("button", name="MACs").click()
    expect(table.locator("tbody th").first).to_have_text("conv_2")
    expect(table.locator("[aria-sort]")).to_have_attribute("aria-sort", "descending")
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    lines = saved.value.path().read_text().splitlines()
    assert lines[1] == '3,conv_2,conv,1x16x10x10,2416,240000,6400,14x14,2x2,"-2,-2",'
    page.get_by_role("button", name="measure the time").click()
    expect(page.locator("[data-text=measured]")).to_contain_text("graph optimisation off")
    times = [n for n in table.locator("tbody td:last-child").all_inner_texts() if n]
    assert len(times) > 8
    assert all(re.fullmatch(r"[\d.]+\u00a0(µs|ms)", time) for time in times)


@pytest.mark.parametrize(
    ("stage", "at", "lab"),
    every_other(
        [
            (3, "0,2,4,7", "conv"),
            (2, "0,0,6,6", "pooling"),
            (1, "0,0,10,11", "activation"),
            (11, "0,3", "dense"),
        ]
    ),
)
def test_a_stage_opens_in_its_lab_with_its_numbers(
    open_page: OpenPage, stage: int, at: str, lab: str
) -> None:
    page = opened(open_page(f"{LENET}?sample=3&stage={stage}&at={at}"))
    value = shown_output(page)
    page.locator("[data-lab]").click()
    page.wait_for_url(re.compile(f"/en/{lab}\\?"))
    at_rest(page)
    expect(page.locator("[data-wrong]:visible")).to_have_count(0)
    assert shown_output(page) == pytest.approx(value, abs=0.011)


def test_every_stage_is_drawn_when_it_comes_into_view(open_page: OpenPage) -> None:
    page = opened(open_page("/en/networks/one-conv"))
    for place in page.locator(".node").all():
        place.scroll_into_view_if_needed()
    quiet(page)
    blank = """all => all.filter(canvas => { const { width, height } = canvas;
        const often = { willReadFrequently: true };
        const copy = new OffscreenCanvas(width, height).getContext("2d", often);
        copy.drawImage(canvas, 0, 0);
        const pixels = copy.getImageData(0, 0, width, height).data;
        return !pixels.some((value, i) => i % 4 === 3 && value); }).length"""
    assert page.eval_on_selector_all(".tiles canvas", blank) == 0
    assert page.locator(".classes button").count() == 10


@pytest.mark.parametrize("path", ["/en/networks", LENET, "/zh/networks/one-conv"])
def test_everyone_can_use_it(open_page: OpenPage, path: str) -> None:
    phone = quiet(open_page(path, size=PHONE, has_touch=True, is_mobile=True))
    assert phone.evaluate(OVERHANG) <= 0
    page = quiet(open_page(path))
    assert page.evaluate(OVERHANG) <= 0
    assert axe.in_both_schemes(page) == []


def test_the_list_leads_to_each_network(open_page: OpenPage) -> None:
    page = open_page("/en/networks")
    expect(page.locator(".card")).not_to_have_count(0)
    shown = json.loads(page.request.get("/api/v1/models").text())["models"]
    assert page.locator(".card code").all_inner_texts() == [m["name"] for m in shown]
    page.get_by_role("link", name="LeNet-5").click()
    expect(page.locator("h1")).to_have_text("LeNet-5")
