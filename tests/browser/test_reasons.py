"""Why a network says what it says, on its page: held against ONNX Runtime on the same pictures."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from playwright.sync_api import Browser, FilePayload, Locator, Page, Route, expect

from app.layers.base import Array
from app.networks.network import FOLDER, network
from tests.browser import axe
from tests.browser.conftest import OpenPage
from tests.browser.rest import quiet
from tests.browser.server import serving
from tests.browser.test_network import number, opened, tensor
from tests.browser.test_pages import OVERHANG, PHONE
from tests.conftest import every_other
from tests.networks.data import needs_efficientnet
from tests.serving.server import until
from tests.uploads.made import model, node, scoring

LENET, VGG = "lenet-digits", "tiny-vgg-photos"
EFFICIENT = "efficientnet-lite0"
POINT = 0.000501  # a share is written with one decimal of a percent


@lru_cache
def session(name: str) -> tuple[onnxruntime.InferenceSession, list[str]]:
    """Return ONNX Runtime's own session of the file, and every node's output by its place."""
    model = onnx.load(FOLDER / name / "model.onnx")
    made = [node.output[0] for node in model.graph.node if node.op_type != "Constant"]
    known = {output.name for output in model.graph.output}
    extra = [onnx.helper.make_empty_tensor_value_info(one) for one in made if one not in known]
    model.graph.output.extend(extra)
    return onnxruntime.InferenceSession(model.SerializeToString()), made


def run(name: str, x: Array) -> dict[str, Array]:
    """Return what every node makes of a prepared picture."""
    found, made = session(name)
    return dict(zip(made, found.run(made, {found.get_inputs()[0].name: x}), strict=True))


@lru_cache
def nodes(name: str) -> list[Any]:
    """Return the nodes of the file."""
    return list(onnx.load(FOLDER / name / "model.onnx").graph.node)


def flattened(name: str, x: Array) -> Array:
    """Return the maps that are laid out in a row for the last dense layer, (C, H, W)."""
    made = {output: node for node in nodes(name) for output in node.output}
    [dense] = [node for node in nodes(name) if node.op_type in ("Gemm", "MatMul")][-1:]
    found: Array = run(name, x)[made[dense.input[0]].input[0]][0]
    return found


def shares(name: str, x: Array) -> Array:
    """Return the probabilities."""
    found: Array = run(name, x)[nodes(name)[-1].output[0]][0]
    return found


def before_softmax(name: str, x: Array) -> Array:
    """Return the scores that they are made of."""
    found: Array = run(name, x)[nodes(name)[-1].input[0]][0]
    return found


def picture(page: Page, name: str) -> Array:
    """Return the picture that is shown, as the network gets it."""
    url = page.locator("[data-sample][aria-pressed=true] img").get_attribute("src")
    data = page.request.get(url or "").body()
    kind = "image/png" if (url or "").endswith("png") else "image/jpeg"
    sent = FilePayload(name="x", mimeType=kind, buffer=data)
    answer = page.request.post(
        f"/api/v1/models/{name}/trace",
        multipart={"input": sent, "nodes": "-1"},
        headers={"Accept": "application/vnd.safetensors"},
    )
    return np.asarray(tensor(answer.body(), "input"))


def reasons(page: Page) -> Page:
    """Return the page once all its reasons are told."""
    section = page.locator("[data-reasons]")
    section.scroll_into_view_if_needed()
    expect(section.locator(".change b")).to_be_visible()
    expect(section.locator("[aria-busy=true]")).to_have_count(0, timeout=60_000)
    return quiet(page)


def square(page: Page) -> tuple[int, int, int, int]:
    """Return the first and last row and column that the square covers."""
    label = page.locator(".square").get_attribute("aria-label") or ""
    found = re.search(r"rows (\d+) to (\d+), columns (\d+) to (\d+)", label)
    assert found
    top, bottom, left, right = map(int, found.groups())
    return top, bottom, left, right


def covered(x: Array, place: tuple[int, int, int, int], value: float) -> Array:
    """Return a picture with a square over it."""
    top, bottom, left, right = place
    made = x.copy()
    made[:, :, top : bottom + 1, left : right + 1] = value
    return made


def share(text: str) -> float:
    """Return a probability as the page writes it."""
    return 0.0 if "<" in text else number(re.sub(r"[%\s]", "", text)) / 100


def bars(page: Page) -> dict[str, float]:
    """Return what the classes are given."""
    rows = page.locator(".compared button").all()
    return {
        row.locator(".name").inner_text(): share(row.locator(".value").inner_text()) for row in rows
    }


def drag(page: Page, to: tuple[float, float]) -> None:
    """Drag the square by its middle to a place on the picture, in shares of its size."""
    box, held = (page.locator(place).bounding_box() for place in ("[data-view=cover]", ".square"))
    assert box
    assert held
    page.mouse.move(held["x"] + held["width"] / 2, held["y"] + held["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + to[0] * box["width"], box["y"] + to[1] * box["height"], steps=12)
    page.mouse.up()


@pytest.mark.parametrize(("name", "middle"), [(LENET, 0.5), (VGG, 0.0)])
def test_a_dragged_square_takes_what_the_network_says(
    open_page: OpenPage, name: str, middle: float
) -> None:
    """Grey and colour: each bar is ONNX Runtime's on the same covered picture."""
    page = reasons(opened(open_page(f"/en/networks/{name}")))
    labels, x = network(name).labels, picture(page, name)
    before, first = shares(name, x), square(page)
    for to in ((0.3, 0.4), (0.99, 0.02), (0.55, 0.62)):
        drag(page, to)
        quiet(page)
        assert square(page) != first
        expected = shares(name, covered(x, square(page), middle))
        chosen = int(before.argmax())
        assert bars(page) == pytest.approx(dict(zip(labels, expected, strict=True)), abs=POINT)
        said = page.locator("[data-text=change]").inner_text()
        assert share(said.split("for")[0]) == pytest.approx(float(expected[chosen]), abs=POINT)
        points = re.search(r"(under )?([\d.]+) points (less|more)", said)
        if points:
            lost = float(before[chosen] - expected[chosen]) * (1 if points[3] == "less" else -1)
            assert lost >= 0
            assert float(points[2]) == pytest.approx(100 * lost, abs=0.101)
        else:
            assert "as without it" in said
            assert float(before[chosen]) == pytest.approx(float(expected[chosen]), abs=1e-6)
    assert square(page)[:1] != first[:1]
    expect(page).to_have_url(re.compile(rf"cover={square(page)[0]},{square(page)[2]}"))


def test_a_drag_asks_one_thing_at_a_time(open_page: OpenPage) -> None:
    """However fast the square moves: never two questions under way, the last answer is shown."""
    page = reasons(opened(open_page(f"/en/networks/{LENET}?sample=3")))
    under_way, most, asked = 0, 0, 0

    def begin(request: Any) -> None:
        nonlocal under_way, most, asked
        if request.url.endswith("/predict"):
            under_way, asked = under_way + 1, asked + 1
            most = max(most, under_way)

    def end(request: Any) -> None:
        nonlocal under_way
        under_way -= request.url.endswith("/predict")

    page.on("request", begin)
    page.on("requestfinished", end)
    page.on("requestfailed", end)
    for to in ((0.2, 0.2), (0.8, 0.3), (0.4, 0.8)):
        drag(page, to)
    quiet(page)
    assert asked > 3
    assert most == 1
    expected = shares(LENET, covered(picture(page, LENET), square(page), 0.5))
    assert bars(page) == pytest.approx(
        {str(n): float(p) for n, p in enumerate(expected)}, abs=POINT
    )


def test_the_square_is_moved_by_keys_and_changed(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{LENET}?sample=3")))
    x = picture(page, LENET)
    page.locator(".square").focus()
    top, bottom, left, right = square(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert square(page) == (top + 1, bottom + 1, left - 3, right - 3)
    page.get_by_role("button", name="black").click()
    page.get_by_label("size of the square").fill("11")
    quiet(page)
    top, bottom, left, right = square(page)
    assert (bottom - top, right - left) == (10, 10)
    expected = shares(LENET, covered(x, square(page), 0.0))
    assert bars(page) == pytest.approx(
        {str(n): float(p) for n, p in enumerate(expected)}, abs=POINT
    )
    expect(page).to_have_url(re.compile("size=11"))
    expect(page).to_have_url(re.compile("fill=black"))
    shown, said = square(page), page.locator("[data-text=change]").inner_text()
    page.reload()
    reasons(opened(page))
    assert square(page) == shown
    expect(page.locator("[data-text=change]")).to_have_text(said)


def test_a_tap_puts_the_square_there(open_page: OpenPage) -> None:
    page = open_page(f"/en/networks/{VGG}", size=PHONE, has_touch=True, is_mobile=True)
    reasons(opened(page))
    page.locator("[data-view=cover]").scroll_into_view_if_needed()
    box = page.locator("[data-view=cover]").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + 8 * 20.5, box["y"] + 8 * 10.5)
    quiet(page)
    top, _, left, _ = square(page)
    assert abs(top - 6.5) <= 1
    assert abs(left - 16.5) <= 1
    expected = shares(VGG, covered(picture(page, VGG), square(page), 0.0))
    assert list(bars(page).values()) == pytest.approx(expected.tolist(), abs=POINT)


def read_out(page: Page) -> tuple[tuple[int, int, int, int], float]:
    """Return the square that the map tells of, and what the class is given with it."""
    said = page.locator("[data-text=everywhere-at]").inner_text()
    found = re.search(r"rows (\d+) to (\d+), columns (\d+) to (\d+): (.*?) for", said)
    assert found, said
    top, bottom, left, right = map(int, found.groups()[:4])
    return (top, bottom, left, right), share(found[5])


def test_every_place_is_covered_in_turn(open_page: OpenPage) -> None:
    """The worst square, one that is pointed at, one reached by keys, and what a click does."""
    page = reasons(opened(open_page(f"/en/networks/{VGG}")))
    x = picture(page, VGG)
    before = shares(VGG, x)
    chosen, starts = int(before.argmax()), range(0, 25, 4)
    expect(page.locator("[data-text=everywhere-progress]")).to_contain_text("49 squares")
    given = {
        (top, top + 7, left, left + 7): float(
            shares(VGG, covered(x, (top, top + 7, left, left + 7), 0.0))[chosen]
        )
        for top in starts
        for left in starts
    }
    place, told = read_out(page)
    assert given[place] == min(given.values())
    assert told == pytest.approx(given[place], abs=POINT)
    heat = page.locator("[data-view=everywhere] .heat")
    heat.hover(position={"x": 8.0 * 17.5, "y": 8.0 * 9.5})
    place, told = read_out(page)
    assert place == (4, 11, 12, 19)
    assert told == pytest.approx(given[place], abs=POINT)
    page.locator("[data-view=everywhere]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    place, told = read_out(page)
    assert place == (8, 15, 16, 23)
    assert told == pytest.approx(given[place], abs=POINT)
    page.keyboard.press("Enter")
    # On a busy machine the answer comes later than a page is taken to be quiet.
    assert until(lambda: abs(bars(quiet(page))["cat"] - given[place]) < POINT)
    assert square(page) == place
    assert losing_is_red(heat, x.shape[2], given, float(before[chosen]))


def losing_is_red(
    heat: Locator, size: int, given: dict[tuple[int, int, int, int], float], before: float
) -> bool:
    """Tell whether each square's own cell is the redder the more it takes."""
    pixels = heat.evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    )
    image = np.array(pixels).reshape(size, size, 4).astype(int)
    for (top, _, left, _), value in given.items():
        red, _, blue, _ = image[top + 4, left + 4]
        if abs(before - value) > 0.02 and (red > blue) != (value < before):
            return False
    return True


def test_another_class_is_asked_about(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{VGG}")))
    page.locator("#of-class").fill("do")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("class=5"))
    reasons(page)
    expect(page.locator("#of-class")).to_have_value("dog")
    logit = float(before_softmax(VGG, picture(page, VGG))[5])
    result = page.locator(".added .result .value")
    assert number(result.inner_text()) == pytest.approx(logit, abs=0.0051)
    expect(page.locator(".compared [aria-pressed=true] .name")).to_have_text("dog")
    page.locator(".compared button", has_text="deer").click()
    expect(page).to_have_url(re.compile("class=4"))
    page.go_back()
    expect(page.locator("#of-class")).to_have_value("dog")
    page.get_by_role("button", name="back to cat").click()
    expect(page).not_to_have_url(re.compile("class="))
    page.locator("#of-class").fill("unicorn")
    page.keyboard.press("Enter")
    expect(page.locator("[data-text=no-class]")).to_have_text("no class is called so")


def added(page: Page) -> tuple[list[float], list[float]]:
    """Return what the table's features add, and the lines below them: others, bias, score."""
    read = [
        [
            number(one)
            for one in page.locator(
                f".added {part} tr td:nth-of-type({n}) .value"
            ).all_inner_texts()
        ]
        for part, n in (("tbody", 3), ("tfoot", 1))
    ]
    return read[0], read[1]


@pytest.mark.parametrize("name", [LENET, VGG, pytest.param(EFFICIENT, marks=needs_efficientnet)])
def test_what_features_add_is_the_score(open_page: OpenPage, name: str) -> None:
    """In every order the lines add up to ONNX Runtime's logit; the largest product comes first."""
    page = reasons(opened(open_page(f"/en/networks/{name}")))
    x = picture(page, name)
    chosen = int(shares(name, x).argmax())
    logit = float(before_softmax(name, x)[chosen])
    dense = network(name).stages[-2]
    values = run(name, x)
    [last] = [node for node in nodes(name) if node.op_type in ("Gemm", "MatMul")][-1:]
    products = dense.weights["weight"][chosen] * values[last.input[0]][0]
    for order, expected in (
        ("by size", products[np.argsort(-np.abs(products))]),
        ("for it", np.sort(products)[::-1]),
        ("against it", np.sort(products)),
        ("in order", products),
    ):
        page.locator(".added").get_by_role("button", name=order, exact=True).click()
        shown, (others, bias, score) = added(page)
        # A sign and a minus do not stand one behind the other.
        feet = page.locator(".added tfoot").inner_text()
        assert not re.search("\\+\\s*\u2212", feet), feet
        assert shown == pytest.approx(expected[:12].tolist(), abs=0.0051)
        assert score == pytest.approx(logit, abs=0.0051)
        assert sum(shown) + others + bias == pytest.approx(score, abs=0.08)
    page.get_by_role("button", name="further features").click()
    assert added(page)[0] == pytest.approx(products[12:24].tolist(), abs=0.0051)


def test_a_flattened_feature_says_where_it_is_and_opens_there(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{VGG}")))
    x = picture(page, VGG)
    link = page.locator(".added tbody th a").first
    found = re.fullmatch(r"(\w+), map (\d+), row (\d+), column (\d+)", link.inner_text())
    assert found
    map_, row, column = map(int, found.groups()[1:])
    value = number(page.locator(".added tbody td .value").first.inner_text())
    node = next(n for n, s in enumerate(network(VGG).stages) if s.name == found[1])
    maps = flattened(VGG, x)
    assert value == pytest.approx(float(maps[map_, row, column]), abs=0.0051)
    link.click()
    expect(page).to_have_url(re.compile(rf"stage={node}&at=0,{map_},{row},{column}(&|$)"))
    expect(page.locator("[data-text=chosen]")).to_have_text(f"{found[1]}, map {map_}")
    expect(page.locator(f'.node[data-node="{node}"]')).to_be_in_viewport()


def test_a_class_map_adds_up_to_the_score(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{VGG}")))
    x = picture(page, VGG)
    chosen = int(shares(VGG, x).argmax())
    logit = float(before_softmax(VGG, x)[chosen])
    maps = flattened(VGG, x)
    weight = network(VGG).stages[-2].weights["weight"][chosen].reshape(maps.shape)
    cells = (weight * maps).sum(0)
    said = page.locator("[data-text=seen-sum]").inner_text()
    total, _, score = (number(n) for n in re.findall(r"[\u2212\d.]+\d", said)[1:4])
    assert total == pytest.approx(float(cells.sum()), abs=0.0051)
    assert score == pytest.approx(logit, abs=0.0051)
    page.locator("[data-view=seen]").scroll_into_view_if_needed()
    page.locator("[data-view=seen] .heat").hover(position={"x": 8 * 29.0, "y": 8 * 12.0})
    told = page.locator("[data-text=seen-at]").inner_text()
    found = re.match(r"Row 1, column 3: ([\u2212\d.]+) to the score of cat", told)
    assert found, told
    assert number(found[1]) == pytest.approx(float(cells[1, 3]), abs=0.0051)


def test_both_maps_can_be_seen_full_size(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{VGG}")))
    for name, title, shape in (
        ("everywhere", "What cat loses by a square over each place", "7 × 7"),
        ("seen", "Where cat was seen", "4 × 4"),
    ):
        page.locator(f"[data-zoom={name}]").click()
        expect(page.locator("#zoom-title")).to_have_text(title)
        expect(page.locator("#zoom [data-text=shape]")).to_contain_text(shape)
        page.keyboard.press("Escape")


def test_what_is_out_of_sight_is_not_computed(open_page: OpenPage) -> None:
    page = opened(open_page(f"/en/networks/{VGG}", size=(1280, 300)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.locator("[data-sample]").nth(1).click()
    opened(page)
    assert not {"predict", "occlude", "contributions", "class_map"} & set(asked)
    reasons(page)
    assert {"predict", "occlude", "contributions", "class_map"} <= set(asked)


@needs_efficientnet
def test_a_class_map_of_means(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{EFFICIENT}")))
    x = picture(page, EFFICIENT)
    chosen = int(shares(EFFICIENT, x).argmax())
    [pool] = [node for node in nodes(EFFICIENT) if node.op_type == "GlobalAveragePool"]
    maps = run(EFFICIENT, x)[pool.input[0]][0]
    weight = network(EFFICIENT).stages[-2].weights["weight"][chosen]
    cells = np.einsum("k,khw->hw", weight, maps) / 49
    page.locator("[data-view=seen] .heat").hover(position={"x": 3.5 * 32, "y": 5.5 * 32})
    told = page.locator("[data-text=seen-at]").inner_text()
    found = re.match(r"Row 5, column 3: ([\u2212\d.]+) to the score", told)
    assert found, told
    assert number(found[1]) == pytest.approx(float(cells[5, 3]), abs=0.0051)


def test_where_there_is_no_class_map_the_page_says_why(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{LENET}")))
    expect(page.locator("[data-text=no-map]")).to_contain_text("no place in the picture")
    expect(page.locator("[data-view=seen]")).to_be_hidden()
    expect(page.locator(".added tbody th").first).to_have_text(re.compile(r"activation_4, number"))


def test_a_busy_service_is_asked_again_with_no_move_more(
    open_page: OpenPage, trouble: list[str]
) -> None:
    page = reasons(opened(open_page(f"/en/networks/{LENET}?sample=3")))
    told = json.dumps({"type": "about:blank", "status": 503, "detail": "busy"})
    refused = list[str]()

    def refuse(route: Route) -> None:
        if len(refused) == 2:
            route.continue_()
            return
        refused.append(route.request.url)
        route.fulfill(status=503, body=told, content_type="application/problem+json")

    page.route("**/predict", refuse)
    page.locator(".square").focus()
    page.keyboard.press("ArrowUp")
    expected = shares(LENET, covered(picture(page, LENET), square(page), 0.5))

    def are_right() -> bool:
        shown = bars(page)
        return len(refused) == 2 and all(
            abs(shown.get(str(n), -1) - float(p)) <= POINT for n, p in enumerate(expected)
        )

    for _ in range(100):
        if are_right():
            break
        page.wait_for_timeout(200)
    assert are_right()
    expect(page.locator("[data-text=cover-wrong]")).to_have_text("")
    trouble.clear()


def test_long_work_is_stopped_and_goes_on(open_page: OpenPage) -> None:
    page = reasons(opened(open_page(f"/en/networks/{LENET}?sample=3&step=1")))
    page.route("**/occlude", lambda route: None)
    page.locator(".compared button").nth(5).click()
    go = page.locator("[data-go]")
    expect(go).to_have_text("stop")
    expect(page.locator("[data-text=everywhere-progress]")).to_have_text("0 of 484 squares")
    go.click()
    expect(page.locator("[data-text=everywhere-progress]")).to_contain_text("Stopped after 0")
    page.unroute("**/occlude")
    go.click()
    expect(page.locator("[data-text=everywhere-progress]")).to_contain_text("484 squares, each")
    expect(go).to_be_hidden()


def test_a_network_of_ones_own_gives_scores(browser: Browser, tmp_path: Path) -> None:
    """No softmax: nothing on the page is a percentage, the numbers are PyTorch's."""
    sent = scoring()
    w = {one.name: torch.tensor(numpy_helper.to_array(one)) for one in sent.graph.initializer}

    def by_torch(x: Array) -> Array:
        maps = F.relu(F.conv2d(torch.tensor(x), w["k"]))
        return F.linear(maps.mean((2, 3)), w["w"], w["b"])[0].numpy()

    with serving(tmp_path / "log.txt", LAYERLAB_MODEL_UPLOADS="1") as url:
        page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 900})
        file = FilePayload(
            name="m.onnx", mimeType="application/octet-stream", buffer=sent.SerializeToString()
        )
        name = page.request.post("/api/v1/models", multipart={"model": file}).json()["name"]
        page.goto(f"/en/networks/{name}")
        page.locator(".sum-line:visible").wait_for(timeout=60_000)
        expect(page.locator("[data-text=verdict]")).to_contain_text("is the largest")
        page.locator("[data-reasons]").scroll_into_view_if_needed()
        expect(page.locator(".change b")).to_be_visible(timeout=60_000)
        expect(page.locator("[data-reasons] [aria-busy=true]")).to_have_count(0, timeout=60_000)
        expect(page.locator("[data-text=everywhere-progress]")).to_contain_text("each a run")
        x = picture(page, name)
        expected = by_torch(covered(x, square(page), 0.5))
        rows = page.locator(".compared button").all()
        told = [number(row.locator(".value").inner_text()) for row in rows]
        assert told == pytest.approx(expected.tolist(), abs=0.0051)
        section = page.locator("[data-reasons]").inner_text()
        assert "logit" not in section
        assert "probabilit" not in section
        assert not re.search(r"\d\s*%(?! *\n?.*100)", section.replace("70\u00a0%", ""))
        best = float(by_torch(x).max())
        assert number(page.locator(".added .result .value").inner_text()) == pytest.approx(
            best, abs=0.0051
        )
        page.close()


def test_where_nothing_can_be_run_nothing_is_asked(browser: Browser, tmp_path: Path) -> None:
    """A network of two channels takes no photograph, but numbers; too few are refused."""
    kernel = numpy_helper.from_array(np.ones((3, 2, 3, 3), np.float32), "k")
    ending = [node("Conv", "x k", "c"), node("GlobalAveragePool", "c", "y")]
    sent = model(ending, (1, 2, 12, 9), [kernel])
    with serving(tmp_path / "log.txt", LAYERLAB_MODEL_UPLOADS="1") as url:
        page = browser.new_page(base_url=url)
        data = sent.SerializeToString()
        file = FilePayload(name="m.onnx", mimeType="application/octet-stream", buffer=data)
        answer = page.request.post("/api/v1/models", multipart={"model": file})
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"/en/networks/{answer.json()['name']}?numbers=1+2")
        expect(page.locator("[data-problem]")).to_contain_text("takes 216 numbers; these are 2")
        expect(page.locator("[data-reasons]")).to_be_hidden()
        page.get_by_role("button", name="Other random numbers").click()
        expect(page.locator("[data-problem]")).to_be_hidden()
        page.locator("[data-reasons]").scroll_into_view_if_needed()
        expect(page.locator(".change b")).to_be_visible(timeout=60_000)
        assert wrong == []
        page.close()


@pytest.mark.parametrize("path", every_other([f"/en/networks/{LENET}", f"/zh/networks/{VGG}"], 1))
def test_everyone_can_ask_why(open_page: OpenPage, path: str) -> None:
    phone = reasons(open_page(path, size=PHONE, has_touch=True, is_mobile=True))
    assert phone.evaluate(OVERHANG) <= 0
    page = reasons(open_page(path))
    assert axe.in_both_schemes(page) == []
