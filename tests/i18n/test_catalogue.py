import asyncio
import io
import json
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from httpx2 import ASGITransport, AsyncClient

from app.i18n import FOLDER, catalog, choose
from app.i18n.collect import collected, missing, sentences, unseen, written
from app.main import create_app
from app.problems import Listed, message
from app.state import make_state

FILE = FOLDER / "zh.po"
HOLE = re.compile(r"\{\w+[^}]*\}|%\(\w+\)s")
MESSAGES = re.compile(r'<script type="application/json" id="messages">(.*?)</script>', re.S)


@pytest.fixture(scope="module")
def known() -> Catalog:
    return read_po(io.StringIO(FILE.read_text("utf-8")))


def test_is_up_to_date_and_whole(known: Catalog) -> None:
    today = collected(known)
    assert not missing(today), "make catalogue, then translate"
    assert written(today) == FILE.read_text("utf-8"), "make catalogue"


def test_collects_from_every_kind_of_place() -> None:
    found = set(sentences())
    for place, text in {
        "app/layers/dense": "Dense",
        "app/layers/activation/relu.py": "ReLU",
        "app/errors.py": "this is our mistake, not yours; it has been logged",
        "app/layers/_fields.py": "must be numbers, 'same' or 'valid'",
        "app/problems.py": "Not here",
        "models/one-conv": "cat",
        "static/js/pages/home.js": "The server cannot be reached.",
        "static/samples/samples.json": "Chelsea the cat",
        "templates/base.html": "Skip to the content",
    }.items():
        assert (place, text) in found


def test_keeps_translations_and_drops_what_is_gone() -> None:
    old = Catalog("zh_CN")
    old.add("Dense", "全连接")
    old.add("Nobody says this", "无人说")
    today = collected(old)
    assert today["Dense"].string == "全连接"
    assert "Nobody says this" not in today
    assert "Softmax" in missing(today)


def test_a_fuzzy_translation_is_none() -> None:
    old = Catalog("zh_CN")
    old.add("Dense", "全连接", flags=["fuzzy"])
    assert "Dense" in missing(collected(old))


def test_placeholders_are_the_same_in_both_languages(known: Catalog) -> None:
    for entry in known:
        english, chinese = str(entry.id), str(entry.string)
        if english and chinese:
            assert sorted(set(HOLE.findall(english))) == sorted(set(HOLE.findall(chinese))), english


def test_a_percent_sign_in_a_template_is_doubled(known: Catalog) -> None:
    for entry in known:
        if any(place.startswith("templates/") for place, _ in entry.locations):
            rest = re.sub(r"%%|%\(\w+\)s", "", f"{entry.id}{entry.string}")
            assert "%" not in rest, entry.id


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("Dense", "全连接"), ("Softmax", "Softmax"), ("Feature maps", "特征图"), ("cat", "猫")],
)
def test_says_it_in_chinese(english: str, chinese: str) -> None:
    assert catalog("zh").gettext(english) == chinese
    assert catalog("en").gettext(english) == english


def test_what_nobody_translated_stays_english() -> None:
    assert catalog("zh").gettext("Nobody says this") == "Nobody says this"


def test_words_inside_a_sentence_are_translated_too() -> None:
    said = message("{element} at {place} is not a number", element=message("text"), place=[0])
    assert said.say(catalog("zh").gettext) == "[0] 处是文本\uff0c不是数字"
    assert said.say(catalog("en").gettext) == "text at [0] is not a number"


def test_a_list_is_joined_as_its_language_does() -> None:
    said = message("format must be one of {formats}", formats=Listed(["onnx", "keras"]))
    assert said.say(catalog("zh").gettext) == "format 必须是 onnx、keras 之一"
    assert said.say(catalog("en").gettext) == "format must be one of onnx, keras"


def test_every_sentence_is_written_out_where_it_is_made(tmp_path: Path) -> None:
    """One that goes through a variable is not seen by the catalogue, and stays English."""
    assert list(unseen()) == []
    (tmp_path / "lost.py").write_text('said = "no"\nraise Invalid(said, loc=())\nmessage("yes")\n')
    assert list(unseen(tmp_path)) == ["lost.py:2: Invalid(said, loc=())"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,zh;q=0.9", "en"),
        ("en;q=0.3,zh-TW;q=0.7", "zh"),
        ("fr, zh;q=0.5, en;q=0.4", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("en; q=0.2, zh; q=0.9", "zh"),
        ("zh;q=0.5,en;q=0.5", "zh"),
        ("*", "en"),
        ("fr;q=x, zh;q=0.1", "zh"),
    ],
)
def test_chooses_by_the_quality_values(header: str | None, language: str) -> None:
    assert choose(header) == language


async def pages() -> list[str]:
    transport = ASGITransport(create_app(make_state()))
    async with AsyncClient(transport=transport, base_url="http://layerlab") as client:
        return [(await client.get(f"/{code}/")).text for code in ("en", "zh")]


def test_the_page_carries_all_that_javascript_says() -> None:
    said = {text for place, text in sentences() if place.startswith("static/js/")}
    english, chinese = (json.loads(MESSAGES.findall(page)[0]) for page in asyncio.run(pages()))
    assert set(chinese) == said
    assert english == {}
