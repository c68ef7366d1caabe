"""The pages of networks: which there are, what their cards say, the pictures that came along."""

import re

import pytest
from starlette.testclient import TestClient

from app.networks.cards import words
from app.networks.network import FOLDER, names

HTML = {"Accept": "text/html"}


def test_the_list_has_each_network_with_what_was_measured(client: TestClient) -> None:
    page = client.get("/en/networks", headers=HTML).text
    assert re.findall(r"<code>([\w-]+)</code>", page) == names()
    for model in client.get("/api/v1/models").json()["models"]:
        if model.get("accuracy"):
            assert f"{model['accuracy'] * 100:.2f}\u00a0%" in page


@pytest.mark.parametrize("name", [name for name in names() if name in words()])
def test_a_page_says_what_its_network_is_in_both_languages(client: TestClient, name: str) -> None:
    english, chinese = (client.get(f"/{lang}/networks/{name}").text for lang in ("en", "zh"))
    assert words()[name]["about"].replace(" × ", "\u00a0×\u00a0") in english
    assert words()[name]["about"] not in chinese


def test_the_list_says_how_networks_of_ones_own_are_switched_on(client: TestClient) -> None:
    page = client.get("/en/networks", headers=HTML).text
    assert "LAYERLAB_MODEL_UPLOADS=1" in page
    assert "<form" not in page


def test_a_network_that_is_not_there_is_a_page_that_says_so(client: TestClient) -> None:
    answer = client.get("/en/networks/nothing", headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


def test_only_the_pictures_of_a_network_are_sent(client: TestClient) -> None:
    sent = client.get("/samples/lenet-digits/3.png")
    assert sent.headers["content-type"] == "image/png"
    assert sent.content == (FOLDER / "lenet-digits/samples/3.png").read_bytes()
    wrong = ("lenet-digits/model.onnx", "lenet-digits/..%2Fmodel.onnx", "..%2Flenet-digits/3.png")
    for path in (*wrong, "nothing/3.png", "lenet-digits/10.png"):
        assert client.get(f"/samples/{path}").status_code == 404
