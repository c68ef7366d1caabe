"""What can be wrong with a request, as exceptions that carry data and know no HTTP library.

A message is a template and its values, so that the edge can say it in the reader's language.
The template is the gettext msgid.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple, TypeAlias

Loc: TypeAlias = tuple[str | int, ...]
Translate: TypeAlias = Callable[[str], str]


class Listed(tuple[str, ...]):
    """Words that stand in a sentence one after the other; its language says what is between."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(self)


class Message(NamedTuple):
    """A sentence with named holes, filled in only when it is said.

    What fills a hole may be a message too, or a list: words that stand in a sentence.
    """

    template: str
    values: dict[str, object]

    def say(self, translate: Translate) -> str:
        """Return the sentence in the language of `translate`, with its numbers in it."""
        said = {name: _said(value, translate) for name, value in self.values.items()}
        return translate(self.template).format(**said)


def _said(value: object, translate: Translate) -> object:
    """Return what fills a hole; a number below zero as it is set in text, with a real minus."""
    if isinstance(value, Message):
        return value.say(translate)
    if isinstance(value, Listed):
        return message(", ").say(translate).join(value)
    is_below = isinstance(value, int | float) and value < 0
    return str(value).replace("-", "−") if is_below else value


def message(template: str, /, **values: object) -> Message:
    """Make a message; the name is what the catalogue collector looks for."""
    return Message(template, values)


class Fault(NamedTuple):
    """One field that is to blame."""

    loc: Loc
    message: Message


class Problem(Exception):
    """A request that cannot be answered, and why.

    Args:
        template: one clear sentence, `{name}` where a value stands.
        loc: the path of the field to blame, empty when none is.
        values: what fills the holes.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong here"

    def __init__(self, template: str, /, *, loc: Loc = (), **values: object) -> None:
        super().__init__(template)
        self.message = Message(template, values)
        self.faults: tuple[Fault, ...] = (Fault(loc, self.message),) if loc else ()
        self.members: dict[str, object] = {}

    def __str__(self) -> str:
        return self.message.say(lambda template: template)

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> "Problem":
        """Join several faults; the first one is the headline."""
        problem = cls(faults[0].message.template)
        problem.message = faults[0].message
        problem.faults = tuple(faults)
        return problem

    def at(self, *prefix: str | int) -> "Problem":
        """Return self with its place, or that of each fault, below `prefix`."""
        faults = self.faults or (Fault((), self.message),)
        self.faults = tuple(Fault((*prefix, *fault.loc), fault.message) for fault in faults)
        return self

    def telling(self, **members: object) -> "Problem":
        """Return self with members beside those of every problem, in what JSON takes."""
        self.members |= members
        return self


class Unreadable(Problem):
    """The body cannot be read as what its Content-Type says, or the request as HTTP."""

    status, slug, title = 400, "unreadable", "What was sent cannot be read"


class NotFound(Problem):
    """Nothing has this name or address."""

    status, slug, title = 404, "not-found", "Not here"


class TensorGone(NotFound):
    """A ref that is unknown, or whose tensor was dropped."""

    slug, title = "tensor-gone", "This tensor is not held any more"


class NetworkGone(NotFound):
    """The name of a network that was sent, which is kept no more, or never was."""

    slug, title = "network-gone", "This network is not held any more"


class NotAllowed(Problem):
    """The address does not answer this method."""

    status, slug, title = 405, "method-not-allowed", "This method is not for this address"


class SwitchedOff(NotAllowed):
    """A method that this service was not started with."""

    others: ClassVar[str] = "GET, HEAD"


class NotAcceptable(Problem):
    """No form of answer that the client accepts."""

    status, slug, title = 406, "not-acceptable", "Not to be had in this form"


class TooSlow(Problem):
    """A request that does not come to its end."""

    status, slug, title = 408, "too-slow", "The rest of the request did not come"


class TooLarge(Problem):
    """Something passes a limit of `/api/v1/limits`."""

    status, slug, title = 413, "too-large", "Past a limit"


class UnsupportedMedia(Problem):
    """A media type, or a type of number, that is not read here."""

    status, slug, title = 415, "unsupported-media-type", "This media type is not read here"


class Unexpected(Problem):
    """An `Expect` that nobody here can meet."""

    status, slug, title = 417, "unexpected", "This cannot be expected here"


class Invalid(Problem):
    """A field whose value cannot be, with the rule."""

    status, slug, title = 422, "invalid", "A value that cannot be"


class NoNumber(Problem):
    """What stands in JSON for NaN or an infinity, which other forms can say."""


class UnreadableNumber(NoNumber, Unreadable):
    """It makes the body something else than JSON."""


class NullNumber(NoNumber, Invalid):
    """It is null."""


class HeadTooLarge(Problem):
    """More in front of the body than a request needs."""

    status, slug, title = 431, "head-too-large", "Past a limit"


class Busy(Problem):
    """No room for more work just now."""

    status, slug, title = 503, "busy", "Too much to do just now"
    retry_after_s: ClassVar[int] = 1
