"""How the texts of the pages are set: spaces, signs and numbers, in Chinese as in English."""

import re

import pytest
from starlette.testclient import TestClient

from app.networks.network import names

INLINE = re.compile(r"</?(?:b|a|span|code|abbr)\b[^>]*>")
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.S)
AFTER_FULL_WIDTH = re.compile("[\u3002\uff0c\uff1a\uff1b][^\\S\\n]+\\S.{,20}")
PLAIN_THOUSANDS = re.compile(r"\b\d{1,3}(?:[ ,\u2009]\d{3})+\b")
PAGES = ["", "networks", "conv", "softmax", "pooling", "dense", *(f"networks/{n}" for n in names())]


def text_of(client: TestClient, path: str) -> str:
    page = client.get(path, headers={"Accept": "text/html"}).text
    return TAGS.sub("\n", INLINE.sub("", page))


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_apart_behind_a_full_width_sign(client: TestClient, path: str) -> None:
    assert AFTER_FULL_WIDTH.findall(text_of(client, f"/zh/{path}")) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_a_long_number_is_never_broken(client: TestClient, path: str, language: str) -> None:
    assert PLAIN_THOUSANDS.findall(text_of(client, f"/{language}/{path}")) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_a_shape_is_never_broken(client: TestClient, path: str, language: str) -> None:
    assert re.findall(r"\d+ × \d+", text_of(client, f"/{language}/{path}")) == []


def test_the_title_is_a_sentence_of_its_language(client: TestClient) -> None:
    assert "<title>Layerlab\uff1a" in client.get("/zh/").text
    assert "<title>Layerlab: a" in client.get("/en/").text


def test_the_document_of_the_api_is_english_for_everybody(client: TestClient) -> None:
    assert '<html lang="en">' in client.get("/docs", headers={"Accept-Language": "zh"}).text
