"""The pages, the files beside them, `/docs`; how a template becomes a page is in rendering.py."""

import json
import os
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Match, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from app import errors, forms
from app.api.answer.answers import json_bytes
from app.api.answer.files import PartOrWhole
from app.api.answer.packed import packed, packed_file
from app.api.models.facts import find_network, kept_hours, summary
from app.api.request.accept import by_quality
from app.i18n import LANGUAGES, catalog, choose
from app.layers import FAMILIES, LABS
from app.networks.cards import card, own_samples, sample_files
from app.networks.named import named_chains
from app.networks.network import names, network
from app.networks.shown import Local, Shown
from app.networks.traces import Traces
from app.problems import NetworkGone, NotFound
from app.rendering import STATIC, TEMPLATES, arrays, context_of, language_of, page

# Addresses where only programs call.
_FOR_PROGRAMS = ("api", "v2", "health", "metrics", "static", "samples", "openapi.json")
_FOREVER = "public, max-age=31536000, immutable"


class _Kept(StaticFiles):
    """Files that a browser may keep: for good when a version is asked for, else after asking."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response = await packed_file(response, path, Headers(scope=scope))
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
def _openings() -> dict[str, dict[str, str]]:
    """Return the state that each family's page opens on."""
    found: dict[str, dict[str, str]] = json.loads(
        (TEMPLATES / "labs" / "openings.json").read_text()
    )
    return found


class _Page(Route):
    """A page, which is at its address in our languages: in any other nothing is there."""

    def __init__(self, path: str, show: Callable[[Request], Response]) -> None:
        super().__init__(path, lambda request: packed(show(request), request.headers))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        names = found.get("path_params", {})
        return (match, found) if names.get("lang") in LANGUAGES else (Match.NONE, {})


class _OtherEnd:
    """Sends who puts a slash too many or too few at the end to the address that is there.

    Starlette would do so too, but to the host that the client named, which may be anybody's.

    Args:
        router: that knows the addresses; it is asked when it has found none.
    """

    def __init__(self, router: Router) -> None:
        router.redirect_slashes = False
        self._router, self._rest = router, router.default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = "/" + scope["path"].strip("/")
        other = path if scope["path"].endswith("/") else f"{path}/"
        if scope["type"] != "http" or not self._is_there({**scope, "path": other}):
            await self._rest(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        answer = RedirectResponse(quote(other) + (f"?{query}" if query else ""))
        await answer(scope, receive, send)

    def _is_there(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is not Match.NONE for route in self._router.routes)


def unspoken(request: Request) -> Response:
    """Send who names a page without a language to it in the one that the browser prefers."""
    language = choose(request.headers.get("accept-language"))
    path = quote(request.scope["path"].rstrip("/"))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{language}{path or '/'}{query}", 307, {"Vary": "Accept-Language"})


def _first() -> Shown:
    """Return the network that the first page shows; pages only tell of it, nothing runs."""
    return Local(network(names()[0]), Traces(0))


def home(request: Request) -> Response:
    """Show one picture on its way through the first network."""
    found = language_of(request)
    shown = _first()
    model = json.loads(json_bytes(summary(shown, found.gettext)))
    return page(found, "home.html", context_of(request, found, "home", "") | {"model": model})


def lab(request: Request) -> Response:
    """Show the page of one family of layers."""
    found, name = language_of(request), request.path_params["layer"]
    if name not in LABS:
        raise NotFound("nothing is at this address")
    told = context_of(request, found, name, name)
    own = f"labs/{name}.html"
    template = own if (TEMPLATES / own).is_file() else "lab.html"
    shown = _first()
    model = json.loads(json_bytes(summary(shown, found.gettext)))
    family = forms.family(FAMILIES[name], found.gettext)
    opening = {"defaults": _openings().get(name, {}), "arrays": arrays(found.gettext)}
    told |= {"family": family, "model": model} | opening
    return page(found, template, told)


@lru_cache
def _starts() -> dict[str, dict[str, dict[str, str]]]:
    """Return what is set on a layer that is added to a chain, and on its other weights."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(
        (TEMPLATES / "build" / "starts.json").read_text()
    )
    return found


def build(request: Request) -> Response:
    """Show layers in a row that the visitor puts there."""
    found = language_of(request)
    told = context_of(request, found, "build", "build")
    told |= {"kinds": forms.families(found.gettext), "chains": named_chains(found.gettext)}
    told |= {"starts": _starts(), "takes_networks": request.app.state.lab.uploads.is_on}
    return page(found, "build.html", told)


def networks(request: Request) -> Response:
    """Show the card of every network."""
    found = language_of(request)
    told = context_of(request, found, "networks", "networks")
    shown = [Local(network(name), Traces(0)) for name in names()]
    told["networks"] = [card(one, found.gettext) for one in shown]
    state = request.app.state.lab
    if state.uploads.is_on:
        told["kept_hours"] = kept_hours(state.limits)
    return page(found, "networks.html", told)


def whole_network(request: Request) -> Response:
    """Show every map of one network; also of one that was sent, to who knows its name."""
    found, name = language_of(request), request.path_params["name"]
    shown = find_network(request.app.state.lab, name)
    told = context_of(request, found, "networks", f"networks/{name}")
    model = json.loads(json_bytes(summary(shown, found.gettext)))
    told |= {"model": model, "file_name": shown.file_name}
    told |= {"card": card(shown, found.gettext), "own_samples": own_samples(name)}
    return page(found, "network.html", told)


def network_sample(request: Request) -> Response:
    """Send a picture that came with a network."""
    name, file = request.path_params["name"], request.path_params["file"]
    path = sample_files(name).get(file)
    if path is None:
        raise NotFound("nothing is at this address")
    answer = PartOrWhole(path)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def docs(request: Request) -> Response:
    """Show the API's documentation in a page of the visitor's language."""
    wanted = request.query_params.get("lang")
    code = wanted if wanted in LANGUAGES else choose(request.headers.get("accept-language"))
    told = context_of(request, catalog(code), "docs", "")
    for language in told["langs"]:
        language["url"] = f"/docs?lang={language['code']}"
    return page(catalog(code), "docs.html", told)


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
        told = context_of(request, found, "", quote(rest))
        told["summaries"] = {name: found.gettext(FAMILIES[name].summary) for name in LABS}
        told["gone"] = error.message.say(found.gettext) if isinstance(error, NetworkGone) else ""
        response = page(found, "lost.html", told, problem.status_code)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def mount_pages(app: FastAPI) -> None:
    """Add the pages and the files to the application."""
    app.add_exception_handler(NotFound, lost)
    app.add_exception_handler(404, lost)
    app.router.default = _OtherEnd(app.router)
    app.router.routes.extend(
        [
            Mount("/static", _Kept(directory=STATIC, check_dir=False), name="static"),
            Route("/", unspoken),
            Route("/docs", docs),
            Route("/samples/{name}/{file}", network_sample),
            *(
                Route(f"/{name}{end}", unspoken)
                for name in ("build", "networks", "networks/{name}", *LABS)
                for end in ("", "/")
            ),
            _Page("/{lang}/", home),
            _Page("/{lang}/build", build),
            _Page("/{lang}/networks", networks),
            _Page("/{lang}/networks/{name}", whole_network),
            _Page("/{lang}/{layer}", lab),
        ]
    )
