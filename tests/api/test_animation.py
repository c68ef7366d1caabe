"""`POST /api/v1/layers/{layer}/animation`: a GIF of any layer, and what is refused."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence
from starlette.testclient import TestClient

from app.api.openapi.requests import example
from app.layers import FAMILIES
from app.layers.base import Layer
from tests.api.conftest import npy, png
from tests.layers.cases import every_layer

CONV = "/api/v1/layers/conv/animation"
X = [[float(4 * y + x) for x in range(4)] for y in range(4)]
ASKED = {"input": X, "kernel": "box", "padding": 1}


def frames(body: bytes) -> list[Image.Image]:
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.format == "GIF"
        return [frame.copy() for frame in ImageSequence.Iterator(picture)]


def gif(client: TestClient, asked: dict[str, Any], url: str = CONV) -> list[Image.Image]:
    answer = client.post(url, json=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/gif"
    return frames(answer.content)


@every_layer
def test_every_layer_has_one(client: TestClient, kind: type[Layer]) -> None:
    asked = example(kind)
    said = client.post(f"/api/v1/layers/{kind.family}", json=asked | {"output": "ref"}).json()
    rows, columns = (1, 1, *said["shape"])[-2:]
    shown = gif(client, asked, f"/api/v1/layers/{kind.family}/animation")
    dims = said["params"].get("spatial_dims") or 2
    assert len(shown) == min(columns, 8) * (min(rows, 8) if dims > 1 else 1)


def test_a_frame_is_one_output_and_stays_as_long_as_is_asked(client: TestClient) -> None:
    shown = gif(client, ASKED | {"seconds": 1.25})
    assert [frame.info["duration"] for frame in shown] == [1250] * 15 + [3750]
    assert [frame.info["duration"] for frame in gif(client, ASKED)][:2] == [600, 600]


@pytest.mark.parametrize(("cells", "count"), [(1, 1), (3, 9), (16, 16)])
def test_cells_says_how_many_a_side(client: TestClient, cells: int, count: int) -> None:
    assert len(gif(client, ASKED | {"cells": cells})) == count


def test_the_theme_is_that_of_the_ground(client: TestClient) -> None:
    light, dark = (gif(client, ASKED | {"theme": theme})[0] for theme in ("light", "dark"))
    corner = [picture.convert("RGB").getpixel((0, 0)) for picture in (light, dark)]
    assert corner == [(252, 252, 250), (23, 22, 20)]
    assert light.size == dark.size


def coloured(picture: Image.Image) -> bool:
    """Tell whether the first cell of the input has a colour."""
    pixels = np.asarray(picture.convert("RGB"), int)[100:140, 40:80].reshape(-1, 3)
    return bool((np.ptp(pixels, 1) > 30).mean() > 0.5)


def test_a_picture_is_grey_unless_it_is_asked_for_otherwise(client: TestClient) -> None:
    body = png(np.full((3, 3), 200, np.uint8))
    for more, expected in ((dict[str, str](), False), ({"paint": "values"}, True)):
        data = {"kernel": "identity", "input.mode": "L", **more}
        answer = client.post(CONV, files={"input": ("x.png", body)}, data=data)
        assert answer.status_code == 200, answer.text
        assert coloured(frames(answer.content)[0]) is expected
    numbers: dict[str, Any] = {"input": [[0.9] * 3] * 3, "kernel": "identity"}
    assert coloured(gif(client, numbers)[0])
    assert not coloured(gif(client, numbers | {"paint": "picture"})[0])


def test_of_a_large_output_those_around_the_element_are_walked_over(client: TestClient) -> None:
    x = npy(np.random.default_rng(0).normal(size=(1, 3, 224, 224)).astype(np.float32))
    files, data = {"input": ("x.npy", x)}, {"kernel": "sobel_x", "at": "[0,0,200,3]", "cells": "5"}
    answer = client.post(CONV, files=files, data=data, headers={"Accept": "image/gif"})
    assert len(frames(answer.content)) == 25
    assert len(answer.content) < 1_000_000


def test_fewer_are_shown_where_each_has_very_many_terms(client: TestClient) -> None:
    """196,608 terms each: one is shown, and two are refused."""
    x = {"shape": [4, 196_608], "data": [0.5] * (4 * 196_608)}
    asked = {"input": x, "out_features": 2}
    assert len(gif(client, asked, "/api/v1/layers/dense/animation")) == 1
    answer = client.post("/api/v1/layers/dense/animation", json=asked | {"cells": 2})
    assert answer.status_code == 413
    assert "4 of the outputs, has 786432 terms" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("more", "loc", "said"),
    [
        ({"cells": 17}, "cells", "cells must be a whole number from 1 to 16"),
        ({"cells": 0}, "cells", "from 1 to 16"),
        ({"cells": 2.5}, "cells", "from 1 to 16"),
        ({"cells": True}, "cells", "from 1 to 16"),
        ({"seconds": 0.05}, "seconds", "seconds must be a number from 0.1 to 5"),
        ({"seconds": "fast"}, "seconds", "from 0.1 to 5"),
        ({"seconds": False}, "seconds", "from 0.1 to 5"),
        ({"theme": "blue"}, "theme", "theme must be one of light, dark"),
        ({"theme": ["dark"]}, "theme", "one of light, dark"),
        ({"paint": "grey"}, "paint", "paint must be one of values, picture"),
        ({"at": [0, 0, 4, 0]}, "at", "at [0, 0, 4, 0] lies outside the output [1, 1, 4, 4]"),
        ({"at": [[0, 0, 0, 0]]}, "at", "4 whole numbers"),
        ({"at": "middle"}, "at", "4 whole numbers"),
        ({"format": "png"}, "format", "format must be one of gif"),
        ({"second": 1}, "second", "did you mean 'seconds'?"),
        ({"padding": -1}, "padding", ""),
    ],
)
def test_what_cannot_be_is_said(
    client: TestClient, more: dict[str, Any], loc: str, said: str
) -> None:
    answer = client.post(CONV, json=ASKED | more)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["loc"] == [loc]
    assert said in fault["msg"]


def test_an_empty_output_has_nothing_to_show(client: TestClient) -> None:
    none = {"shape": [0, 1, 4, 4], "data": []}
    answer = client.post(CONV, json=ASKED | {"input": none})
    assert answer.status_code == 422
    assert "has no element to show" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("image/gif", 200),
        ("image/*", 200),
        ("*/*", 200),
        ("application/json", 406),
        ("text/*", 406),
    ],
)
def test_who_takes_no_gif_is_told_so(client: TestClient, accept: str, status: int) -> None:
    answer = client.post(CONV, json=ASKED, headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "image/gif" in answer.json()["detail"]


def test_a_ref_serves_as_well(client: TestClient) -> None:
    held = client.post("/api/v1/tensors", json={"input": X}).json()["ref"]
    assert len(gif(client, ASKED | {"input": {"ref": held}})) == 16


def test_the_document_tells_of_it(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for family in FAMILIES:
        told = paths[f"/api/v1/layers/{family}/animation"]["post"]
        assert list(told["responses"]["200"]["content"]) == ["image/gif"]
        assert "406" in told["responses"]


@pytest.mark.parametrize("option", ["colormap", "refs", "fields", "output", "check", "code"])
def test_options_of_other_answers_are_refused(client: TestClient, option: str) -> None:
    answer = client.post(CONV, json={"input": [[1, 2]], "kernel": "box", option: "1"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == [option]


def test_what_is_made_of_another_tensor_alone_is_not_shown_as_if_it_were_the_inputs(
    client: TestClient,
) -> None:
    url = "/api/v1/layers/merge/animation"
    asked = {"input": [[[1, 2]]], "other": [[[3, 4]]], "mode": "concat", "dim": 1}
    assert len(gif(client, asked | {"at": [0, 0, 0], "cells": 1}, url)) == 1
    answer = client.post(url, json=asked | {"at": [0, 1, 0], "cells": 1})
    assert answer.status_code == 422
    assert "made of 'other' alone" in answer.json()["detail"]
