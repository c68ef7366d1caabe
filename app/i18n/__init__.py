"""The two languages of the pages and of the errors; English is the msgid, Chinese is in zh.po."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
_BROWSER_CODE = "static/js/"


@dataclass(frozen=True)
class Catalog:
    """The sentences of one language.

    Attributes:
        language: its code.
        messages: translation by msgid, empty for English.
        browser: the part of them that JavaScript says.
    """

    language: str
    messages: Mapping[str, str]
    browser: Mapping[str, str]

    def gettext(self, msgid: str) -> str:
        """Return the sentence in this language, or in English where it is missing."""
        return self.messages.get(msgid) or msgid

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the form for `count`; Chinese has one, English two."""
        return self.gettext(singular if count == 1 else plural)


@lru_cache
def catalog(language: str) -> Catalog:
    """Return the catalogue of a language, read once from its .po."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return Catalog(language, {}, {})
    with path.open("rb") as file:
        entries = [m for m in read_po(file) if m.id and m.string and not m.fuzzy]
    texts = {str(m.id): str(m.string) for m in entries}
    browser = {
        str(m.id): texts[str(m.id)]
        for m in entries
        if any(place.startswith(_BROWSER_CODE) for place, _ in m.locations)
    }
    return Catalog(language, texts, browser)


def choose(accept_language: str | None) -> str:
    """Return the language that an Accept-Language header prefers; English if it says nothing."""
    return _chosen(accept_language[:1000]) if accept_language else "en"


@lru_cache(256)
def _chosen(accept_language: str) -> str:
    ranked: list[tuple[float, int, str]] = []
    for place, item in enumerate(accept_language.split(",")):
        tag, _, quality = item.replace(" ", "").partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        ranked.append((-weight, place, tag.split("-")[0].lower()))
    wanted = (tag for weight, _, tag in sorted(ranked) if weight < 0)
    return next((tag for tag in wanted if tag in LANGUAGES), "en")
