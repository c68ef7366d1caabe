"""Which form of an answer the client prefers: by `format`, else by Accept (RFC 9110, 12.5.1)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from app.api.answer.answers import FORMATS
from app.problems import Invalid, Listed, NotAcceptable

LONGEST_ACCEPT = 2000  # characters of Accept that are looked at
_JSON_ALONE = {"json": FORMATS["json"]}


def choose_format(wanted: object, accept: str | None, forms: Mapping[str, str] = FORMATS) -> str:
    """Return the name of the form to answer in; `format` goes before Accept.

    Args:
        wanted: the value of `format`, None where nothing is said.
        accept: the header.
        forms: media types by name, of the forms that can be had.

    Raises:
        Invalid: `format` names none.
        NotAcceptable: Accept allows none.
    """
    if wanted is not None:
        if not isinstance(wanted, str) or wanted not in forms:
            raise Invalid("format must be one of {formats}", loc=("format",), formats=Listed(forms))
        return wanted
    if not accept or accept == "*/*":
        return "json"
    form = _liked_best(accept[:LONGEST_ACCEPT], tuple(forms.items()))
    if form is None:
        raise NotAcceptable("answers can be {types}", types=Listed(forms.values()))
    return form


@lru_cache(64)
def _liked_best(accept: str, forms: tuple[tuple[str, str], ...]) -> str | None:
    """Return the name of the form that an Accept header likes best; None if it refuses all."""
    ranges, liked = _ranges(accept), []
    for number, (name, media) in enumerate(forms):
        # What is said of the form itself counts before what is said of all of its kind.
        kind = f"{media.partition('/')[0]}/*"
        said = next((ranges[one] for one in (media, kind, "*/*") if one in ranges), None)
        if said and said.weight > 0:
            liked.append((-said.weight, said.place, number, name))
    return min(liked)[-1] if liked else None


def check_takes_json(options: Mapping[str, object], accept: str | None) -> None:
    """Refuse another form than JSON where there is no other.

    Raises:
        Invalid: `format` names one.
        NotAcceptable: Accept does not allow JSON.
    """
    choose_format(options.get("format"), accept, _JSON_ALONE)


class _Said(NamedTuple):
    """How much a range of media types is liked, and where in the header it stands."""

    weight: float
    place: int


def _ranges(accept: str) -> dict[str, _Said]:
    """Return what an Accept header says of each range; of one that comes twice, the best."""
    found: dict[str, _Said] = {}
    for place, item in enumerate(accept[:LONGEST_ACCEPT].split(",")):
        media, *options = (part.strip().lower() for part in item.split(";"))
        quality = next((o[2:] for o in options if o.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        if media not in found or weight > found[media].weight:
            found[media] = _Said(weight if weight > 0 else 0.0, place)
    return found


def by_quality(accept: str) -> list[str]:
    """Return the media types of an Accept header, what is liked best first."""
    ranked = [(-said.weight, said.place, media) for media, said in _ranges(accept).items()]
    return [media for weight, _, media in sorted(ranked) if weight < 0]
