"""Models that were sent, as networks: kept by name, run in processes of their own."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.admission.room import need
from app.layers._explain import Explanation, Window
from app.layers.base import INPUT, Array, Shape
from app.networks.follow import Step
from app.networks.preparation import Preparation
from app.networks.shown import File, Shown, Traced
from app.networks.times import StageTimes
from app.networks.why import ClassMap, Contributions
from app.problems import Invalid
from app.settings import Limits, Settings
from app.uploads.hosts import Hosts
from app.uploads.kept import KeptModels, is_given
from app.uploads.messages import Message
from app.uploads.sent import Sent, known_of

_FOLDER = "models"
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_FILE = 60


class Hosted(Shown):
    """One that somebody sent.

    Args:
        name: that nobody can guess.
        path: of what is kept.
        sent: what is known of it.
        start: where in the file the model begins.
        hosts: that run it.
    """

    def __init__(self, name: str, path: Path, sent: Sent, start: int, hosts: Hosts) -> None:
        super().__init__(name, sent.facts, sent.labels, sent.known)
        self._path, self._start, self._hosts = path, start, hosts

    @property
    def file_name(self) -> str:
        """Return one made of the title: its own name is a secret, and files are passed on."""
        plain = _STRANGE.sub("_", str(self.facts.get("title", ""))).strip("._-")
        return plain[:_LONGEST_FILE] or "network"

    def trace(self, array: Array, numbers: Sequence[int]) -> Traced:
        need(sum(self.stages[n]["cost"]["output_bytes"] for n in numbers if n >= 0))
        told = self._ask("trace", stages=list(numbers), arrays={INPUT.name: array})
        return Traced(
            told.facts["stats"],
            {n: told.arrays[str(n)] for n in numbers},
            told.arrays["output"],
        )

    def follow(self, array: Array, number: int, at: Shape) -> list[Step]:
        told = self._ask("follow", stage=number, at=list(at), arrays={INPUT.name: array})
        return [_step(step) for step in told.facts["steps"]]

    def explain(self, array: Array, number: int, at: Shape) -> Explanation:
        told = self._ask("explain", stage=number, at=list(at), arrays={INPUT.name: array})
        return _element(told.facts["made"])

    def run(self, array: Array) -> Array:
        return self._ask("run", arrays={INPUT.name: array}).arrays["output"]

    def class_map(self, array: Array, chosen: int) -> ClassMap:
        told = self._ask("class_map", chosen=chosen, arrays={INPUT.name: array})
        return ClassMap(told.facts["stage"], told.arrays["cells"], told.facts["bias"])

    def contributions(self, array: Array, chosen: int) -> Contributions:
        told = self._ask("contributions", chosen=chosen, arrays={INPUT.name: array})
        return Contributions(*(told.facts[name] for name in Contributions._fields))

    def times(self) -> StageTimes:
        return StageTimes(**self._ask("times").facts)

    def tensor(self, name: str) -> Array:
        return self._ask("tensor", called=name).arrays["tensor"]

    def file(self) -> File:
        return File(self._path, self._start)

    def _ask(self, does: str, **message: Any) -> Message:
        return self._hosts.ask(self.name, self._path, does, **message)


def _step(told: Mapping[str, Any]) -> Step:
    made = _element(told["explanation"])
    return Step(told["stage"], tuple(told["source"]), made, told["followed"])


def _element(told: Mapping[str, Any]) -> Explanation:
    made = dict(told) | {"at": tuple(told["at"])}
    window = made.pop("window")
    return Explanation(**made, window=Window(**window) if window else None)


def _check_channels(facts: Mapping[str, Any], channels: int) -> None:
    """Refuse numbers for channels that no picture has which the model takes.

    Raises:
        Invalid: there are more or fewer.
    """
    for name in ("scale", "offset"):
        told = facts.get(name, 0)
        if isinstance(told, list) and len(told) not in (1, channels):
            raise Invalid(
                "mean and std have {told} numbers, a picture for this model {channels} channels",
                loc=("mean",),
                told=len(told),
                channels=channels,
            )


class Uploads:
    """Takes models and finds them again.

    Args:
        how: whether models can be sent, and how many processes run them.
        limits: what each may take.
        folder: that all workers share.
    """

    def __init__(self, how: Settings, limits: Limits, folder: Path) -> None:
        self.is_on = how.model_uploads
        self._kept = KeptModels(folder / _FOLDER, limits)
        self._hosts = Hosts(how, limits, folder, self._kept.sweep)

    def take(self, sent: Sent) -> Hosted:
        """Open a model, and keep it if it can be run.

        Raises:
            Problem: it cannot.
        """
        name = self._kept.put(sent.packed())
        try:
            path = self._kept.find(name)
            assert path is not None
            known = self._hosts.ask(name, path, "facts").facts
            taken = known["input"]
            shape, is_last = tuple(taken["shape"]), taken["channels_last"]
            _check_channels(sent.facts, Preparation(shape, sent.facts, is_last).channels)
        except BaseException:
            self._kept.drop(name)
            raise
        sent = sent._replace(known=known)
        packed = sent.packed()
        self._kept.put_as(name, packed)
        return Hosted(name, path, sent, len(packed) - len(sent.model), self._hosts)

    def find(self, name: str) -> Hosted | None:
        """Return the model of a name, None where there is none, or not any more."""
        path = self._kept.find(name) if self.is_on else None
        if path is None:
            return None
        try:
            return Hosted(name, path, *known_of(path), self._hosts)
        except OSError:  # dropped since it was found
            return None

    def may_be(self, name: str) -> bool:
        """Tell whether a name is one that a model gets here, without a look whether it is there."""
        return self.is_on and is_given(name)

    def drop(self, name: str) -> None:
        """Forget a model."""
        self._kept.drop(name)

    def close(self) -> None:
        """End the process that runs one, if there is one."""
        self._hosts.close()
