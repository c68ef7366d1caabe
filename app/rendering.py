"""Templates made into pages, in the reader's language, and what every page is told."""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from starlette.responses import HTMLResponse

from app import __version__
from app.api.answer.answers import json_bytes
from app.i18n import LANGUAGES, Catalog, catalog
from app.layers import FAMILIES, LABS
from app.settings import ROOT

STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
# Limits that the pages keep within by themselves.
_LIMITS = (
    "terms",
    "explained",
    "explained_terms",
    "curve_points",
    "curve_far",
    "curves",
    "elements",
)
# Families that stand in the header; the ones after them are in its menu.
_MAIN = 5


@lru_cache
def _digest(path: Path, changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """Return the address of a file, its version in it so that browsers may keep it."""
    path = STATIC / name
    version = _digest(path, path.stat().st_mtime) if path.is_file() else "0"
    return f"/static/{name}?v={version}"


def unbroken(sentence: str) -> str:
    """Return a sentence in which no shape is broken in two."""
    return sentence.replace(" × ", "\u00a0×\u00a0")


@lru_cache
def environment(language: str) -> jinja2.Environment:
    """Return the templates with one language's sentences installed."""
    found = catalog(language)
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: unbroken(found.gettext(text)),
        lambda one, more, count: unbroken(found.ngettext(one, more, count)),
        newstyle=True,
    )
    env.globals["static"] = static
    env.filters["unbroken"] = unbroken
    return env


@lru_cache
def _samples() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((STATIC / "samples" / "samples.json").read_text())
    return found


@lru_cache
def _arrays() -> list[dict[str, str]]:
    """Return the bundled tensors that are no pictures."""
    found: list[dict[str, str]] = json.loads((STATIC / "samples" / "arrays.json").read_text())
    return found


def samples(say: Callable[[str], str]) -> list[dict[str, str]]:
    """Return the bundled pictures with their addresses, in the reader's language."""
    return [
        {
            **s,
            **{key: say(s[key]) for key in ("title", "alt", "licence")},
            "url": static(f"samples/{s['file']}"),
        }
        for s in _samples()
    ]


def arrays(say: Callable[[str], str]) -> list[dict[str, str]]:
    """Return the bundled tensors with their addresses, in the reader's language."""
    return [
        {
            **one,
            "title": say(one["title"]),
            "url": static(f"samples/{one['file']}"),
            "thumb": static(f"samples/{one['thumb']}"),
        }
        for one in _arrays()
    ]


def context_of(request: Request, found: Catalog, current: str, rest: str) -> dict[str, Any]:
    """Return what every page is told: languages, families, words and limits for its scripts.

    Args:
        request: for its query, which the links to the other language keep.
        found: the language of the page.
        current: the entry of the header that it stands under.
        rest: its address below the language.
    """
    query = f"?{request.url.query}" if request.url.query else ""
    return {
        "lang": found.language,
        "langs": [
            {"code": code, "label": label, "url": f"/{code}/{rest}{query}"}
            for code, label in LANGUAGES.items()
        ],
        "families": [
            {
                "layer": name,
                "title": found.gettext(f.title),
                "url": f"/{found.language}/{name}",
                "main": f.first.order <= _MAIN,
            }
            for name, f in ((name, FAMILIES[name]) for name in LABS)
        ],
        "current": current,
        "version": __version__,
        "messages": json_bytes(found.browser).decode().replace("<", "\\u003c"),
        "limits": {name: getattr(request.app.state.lab.limits, name) for name in _LIMITS},
        "samples": samples(found.gettext),
    }


def page(found: Catalog, template: str, context: dict[str, Any], status: int = 200) -> HTMLResponse:
    """Return a template as a page in one language."""
    html = environment(found.language).get_template(template).render(context)
    headers = {"Content-Language": found.language, "Cache-Control": "no-cache"}
    return HTMLResponse(html, status, headers)


def language_of(request: Request) -> Catalog:
    """Return the language that the address of a page names."""
    return catalog(request.path_params["lang"])
