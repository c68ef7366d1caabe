"""The pages: Jinja templates in two languages, the files beside them, `/docs`."""

import hashlib
import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from fastapi import FastAPI, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app import __version__, errors, forms
from app.api.answers import by_quality, json_bytes
from app.api.files import PartOrWhole
from app.api.network_facts import summary
from app.i18n import LANGUAGES, Catalog, catalog, choose
from app.layers import FAMILIES
from app.networks.network import names, network
from app.networks.shown import Local, Shown
from app.networks.traces import Traces
from app.problems import NotFound
from app.settings import ROOT

_STATIC, _TEMPLATES = ROOT / "static", ROOT / "templates"
# Families that stand in the header; the ones after them are in its menu.
_MAIN = 5
# Addresses where only programs call.
_FOR_PROGRAMS = ("api", "v2", "health", "metrics", "static", "openapi.json")
_FOREVER = "public, max-age=31536000, immutable"


@lru_cache
def _digest(path: Path, changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """Return the address of a file, its version in it so that browsers may keep it."""
    path = _STATIC / name
    version = _digest(path, path.stat().st_mtime) if path.is_file() else "0"
    return f"/static/{name}?v={version}"


class _Kept(StaticFiles):
    """Files that a browser may keep: for good when a version is asked for, else after asking."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = _FOREVER if versioned else "no-cache"
        return response

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if isinstance(response, FileResponse):
            return PartOrWhole(full_path, status_code, stat_result)
        return response


@lru_cache
def environment(language: str) -> jinja2.Environment:
    """Return the templates with one language's sentences installed."""
    found = catalog(language)
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(found.gettext, found.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals["static"] = static
    return env


@lru_cache
def _samples() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((_STATIC / "samples" / "samples.json").read_text())
    return found


@lru_cache
def _arrays() -> list[dict[str, str]]:
    """Return the bundled tensors that are no pictures."""
    found: list[dict[str, str]] = json.loads((_STATIC / "samples" / "arrays.json").read_text())
    return found


@lru_cache
def _openings() -> dict[str, dict[str, str]]:
    """Return the state that each family's page opens on."""
    found: dict[str, dict[str, str]] = json.loads(
        (_TEMPLATES / "labs" / "openings.json").read_text()
    )
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
    """Return the bundled signal and volume with their addresses, in the reader's language."""
    return [
        {
            **one,
            "title": say(one["title"]),
            "url": static(f"samples/{one['file']}"),
            "thumb": static(f"samples/{one['thumb']}"),
        }
        for one in _arrays()
    ]


def _context(request: Request, found: Catalog, current: str, rest: str) -> dict[str, Any]:
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
            for name, f in FAMILIES.items()
        ],
        "current": current,
        "version": __version__,
        "messages": json_bytes(found.browser).decode().replace("<", "\\u003c"),
        "samples": samples(found.gettext),
    }


def _page(
    found: Catalog, template: str, context: dict[str, Any], status: int = 200
) -> HTMLResponse:
    html = environment(found.language).get_template(template).render(context)
    headers = {"Content-Language": found.language, "Cache-Control": "no-cache"}
    return HTMLResponse(html, status, headers)


def _language(request: Request) -> Catalog:
    code = request.path_params["lang"]
    if code not in LANGUAGES:
        raise NotFound("nothing is at this address")
    return catalog(code)


def root(request: Request) -> Response:
    """Send the visitor to the language that the browser prefers."""
    language = choose(request.headers.get("accept-language"))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{language}/{query}", 307, {"Vary": "Accept-Language"})


def _first() -> Shown:
    """Return the network that the first page shows; pages only tell of it, nothing runs."""
    return Local(network(names()[0]), Traces(0))


def home(request: Request) -> Response:
    """Show one picture on its way through the first network."""
    found = _language(request)
    shown = _first()
    model = json.loads(json_bytes(summary(shown, found.gettext)))
    return _page(found, "home.html", _context(request, found, "home", "") | {"model": model})


def lab(request: Request) -> Response:
    """Show the page of one family of layers."""
    found, name = _language(request), request.path_params["layer"]
    if name not in FAMILIES:
        raise NotFound("nothing is at this address")
    context = _context(request, found, name, name)
    own = f"labs/{name}.html"
    template = own if (_TEMPLATES / own).is_file() else "lab.html"
    shown = _first()
    model = json.loads(json_bytes(summary(shown, found.gettext)))
    family = forms.family(FAMILIES[name], found.gettext)
    opening = {"defaults": _openings().get(name, {}), "arrays": arrays(found.gettext)}
    context |= {"family": family, "model": model} | opening
    return _page(found, template, context)


def docs(request: Request) -> Response:
    """Show the API's documentation from files of our own."""
    found = catalog(choose(request.headers.get("accept-language")))
    return _page(found, "docs.html", _context(request, found, "docs", ""))


def lost(request: Request, error: Exception) -> Response:
    """Say that nothing is at this address: to a person as a page, to a program as a problem."""
    problem = errors.answer(request, error)
    first, _, rest = request.scope["path"].lstrip("/").partition("/")
    media = next(iter(by_quality(request.headers.get("accept", ""))), None)
    response = problem
    if media == "text/html" and first not in _FOR_PROGRAMS:
        code = first if first in LANGUAGES else choose(request.headers.get("accept-language"))
        rest = rest if first in LANGUAGES else ""
        found = catalog(code)
        context = _context(request, found, "", quote(rest))
        context["summaries"] = {name: found.gettext(f.summary) for name, f in FAMILIES.items()}
        response = _page(found, "lost.html", context, problem.status_code)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def mount_pages(app: FastAPI) -> None:
    """Add the pages and the files to the application."""
    app.add_exception_handler(NotFound, lost)
    app.add_exception_handler(404, lost)
    app.router.routes.extend(
        [
            Mount("/static", _Kept(directory=_STATIC, check_dir=False), name="static"),
            Route("/", root),
            Route("/docs", docs),
            Route("/{lang}/", home),
            Route("/{lang}/{layer}", lab),
        ]
    )
