"""Every English sentence of the project, gathered into zh.po; the translations there are kept.

`python -m app.i18n.collect` writes the file, `--check` says whether it is up to date and whole.
"""

import argparse
import ast
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from inspect import getsourcefile
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from app import forms
from app.i18n import FOLDER
from app.layers import FAMILIES, Family
from app.networks.cards import WORDS, words
from app.networks.named import PATH, SAID, named_chains
from app.networks.network import FOLDER as MODELS
from app.problems import Problem
from app.settings import ROOT

Sentence = tuple[str, str]
"""Where it is said, as a path from the project's root, and what."""

_FILE = FOLDER / "zh.po"
_HEADER = r"""# Simplified Chinese. The English sentences are the keys: `make catalogue`.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Language: zh_CN\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""
# What makes a sentence in Python, besides the kinds of problem of app/problems.py.
_MAKERS = ("message", "refuse", "Failure")
# As app/rendering.py sets the templates up, so that `{% trans %}` comes out the same.
_JINJA = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
_JAVASCRIPT = {"jsx": "false", "parse_template_string": "true"}


def problems(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Yield a kind of problem and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from problems(below)


def unseen(folder: Path = ROOT / "app") -> Iterator[str]:
    """Yield each sentence that is not written out where it is made: the catalogue misses it."""
    makers = {*_MAKERS, *(kind.__name__ for kind in problems())}
    for path in sorted(folder.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in makers:
                continue
            if call.args and not isinstance(getattr(call.args[0], "value", None), str):
                yield f"{path.relative_to(folder)}:{call.lineno}: {ast.unparse(call)}"


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _from_code(
    pattern: str, method: str, keywords: Iterable[str], options: Mapping[str, Any]
) -> Iterator[Sentence]:
    """Yield what is written out as the first argument of a call of `keywords`."""
    spec: dict[str, Any] = dict.fromkeys(keywords) | {"ngettext": (1, 2)}
    for path in sorted(ROOT.glob(pattern)):
        for _, text, _, _ in extract_from_file(method, path, spec, (), options):
            parts = (text,) if isinstance(text, str) else text
            yield from ((_place(path), one) for one in parts)


def _from_problems() -> Iterator[Sentence]:
    for kind in problems():
        if "title" in vars(kind):
            yield _place(Path(getsourcefile(kind) or "")), kind.title


class _Ear(list[str]):
    """Hears what is said, and says it as it is."""

    def __call__(self, sentence: str) -> str:
        self.append(sentence)
        return sentence


def _from_layers(family: Family) -> Iterator[Sentence]:
    """Yield what a page says of a family, by listening while it is said."""
    place = f"app/layers/{family.name}"
    heard: dict[str, set[str]] = {family.title: {place}, family.summary: {place}}
    for layer in family.variants.values():
        said = _Ear()
        forms.variant(layer, said)
        for text in said:
            heard.setdefault(text, set()).add(_place(Path(getsourcefile(layer) or "")))
    # What several of them say is the family's, so that one more of them changes no place.
    yield from (
        (places.pop() if len(places) == 1 else place, text) for text, places in heard.items()
    )


def _from_data() -> Iterator[Sentence]:
    """Yield the words of the sample pictures, of the networks and of the named chains."""
    samples = ROOT / "static" / "samples" / "samples.json"
    for sample in json.loads(samples.read_text()):
        yield from ((_place(samples), sample[key]) for key in ("title", "alt", "licence"))
    arrays = samples.with_name("arrays.json")
    yield from ((_place(arrays), one["title"]) for one in json.loads(arrays.read_text()))
    for chain in named_chains(str):
        yield from ((_place(PATH), chain[key]) for key in SAID)
    for said in words().values():
        yield from ((_place(WORDS), text) for text in said.values())
    for facts in sorted(MODELS.glob("*/facts.json")):
        yield _place(facts.parent), json.loads(facts.read_text())["title"]
    # The names of classes that are fetched and not kept here are said as they come; so are digits.
    for written in sorted(MODELS.glob("*/chain.json")):
        labels = json.loads(written.with_name("labels.json").read_text())
        yield from ((_place(written.parent), text) for text in labels if not text.isdigit())


def sentences() -> Iterator[Sentence]:
    """Yield every sentence that is said in the reader's language, with its place."""
    raised = (kind.__name__ for kind in problems())
    yield from _from_code("app/**/*.py", "python", (*_MAKERS, *raised), {})
    yield from _from_code("templates/**/*.html", "jinja2", ("_", "gettext"), _JINJA)
    yield from _from_code("static/js/**/*.js", "javascript", ("t",), _JAVASCRIPT)
    yield from _from_problems()
    for family in FAMILIES.values():
        yield from _from_layers(family)
    yield from _from_data()


def collected(known: Catalog) -> Catalog:
    """Return the sentences of today with the translations that `known` has for them."""
    fresh = Catalog("zh_CN")
    for place, text in sorted(set(sentences())):
        if text:
            old = known.get(text)
            fresh.add(text, old.string if old else "", [(place, 0)], _flags(old))
    return fresh


def _flags(old: Message | None) -> list[str]:
    return ["fuzzy"] if old and old.fuzzy else []


def written(catalog: Catalog) -> str:
    """Return the file's text: a sentence a line and no line numbers, for diffs that can be read."""
    for entry in catalog:
        entry.flags &= {"fuzzy"}
    body = io.BytesIO()
    write_po(body, catalog, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    return _HEADER + body.getvalue().decode().strip() + "\n"


def missing(catalog: Catalog) -> list[str]:
    """Return the sentences that have no translation, or one that nobody has looked at."""
    return [str(entry.id) for entry in catalog if entry.id and (entry.fuzzy or not entry.string)]


def main() -> int:
    """Write the file, or with --check only say what is wrong with it; 0 when nothing is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail if it is not whole")
    check = parser.parse_args().check
    before = _FILE.read_text("utf-8") if _FILE.exists() else ""
    found = collected(read_po(io.StringIO(before)))
    after, without = written(found), missing(found)
    for sentence in without:
        print("no translation:", sentence)
    if lost := list(unseen()):
        print("a sentence that is not written out where it is made:", *lost, sep="\n")
        return 1
    if not check:
        _FILE.write_text(after, "utf-8")
        print(f"{len(found)} sentences, {len(without)} without a translation")
        return 0
    if after != before:
        print("zh.po is not up to date: make catalogue")
    return int(after != before or bool(without))


if __name__ == "__main__":
    sys.exit(main())
