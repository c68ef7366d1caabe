"""How far a stage's parameters can go before a stage behind it stops fitting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from app.graphs import OUTPUT
from app.layers.base import INPUT, Shape
from app.networks.planned import ChainPlan, Planned
from app.networks.receptive import GRAPH_INPUT
from app.networks.totals import Totals, totals_of
from app.plans import Found, Range, Ranges, Steps, Values, between
from app.problems import Problem
from app.runs import Plan, make_plan

_STEPS = 64


@dataclass(frozen=True, slots=True)
class Reach:
    """Whole numbers for which every later stage fits; `stops` is the first that fits no more.

    It is None where all fit, and it is the limits for all together that end it.
    """

    min: int
    max: int
    stops: int | None


@dataclass(frozen=True, slots=True)
class Choices:
    """The same of choices."""

    values: tuple[Any, ...]
    stops: int | None


Later: TypeAlias = Reach | Choices


class Enough(Exception):
    """More was asked than a plan may take."""


@dataclass(slots=True)
class Questions:
    """How often a stage may still be asked."""

    left: int

    def ask(self) -> None:
        """Count one.

        Raises:
            Enough: it was the last.
        """
        self.left -= 1
        if self.left < 0:
            raise Enough


@dataclass(slots=True)
class Behind:
    """The stages behind one, asked whether they fit another shape; answers are kept.

    Attributes:
        chain: whose stages they are.
        number: of the stage before them.
        questions: how many there may be.
    """

    chain: ChainPlan
    number: int
    questions: Questions
    _known: dict[tuple[Shape, ...], tuple[int | None, Totals]] = field(default_factory=dict)

    def stops(self, name: str, value: object) -> tuple[bool, int | None]:
        """Tell whether something stops fitting when a parameter has a value, and which stage."""
        stage = self.chain.stages[self.number]
        self.questions.ask()
        try:
            changed = stage.layer.model_copy(update={name: value})
            plan = make_plan(changed, stage.sent, self.chain.limits)
            stopped, behind = self._behind(plan)
            if stopped is not None:
                return True, stopped
            self.chain.check(self._before().plus(_totals(stage, plan)).plus(behind))
        except Problem:
            return True, None
        return False, None

    def _before(self) -> Totals:
        total = Totals()
        for stage in self.chain.stages[: self.number]:
            total = total.plus(_totals(stage, stage.plan))
        return total

    def _behind(self, plan: Plan) -> tuple[int | None, Totals]:
        made = {self.number: plan.outputs[OUTPUT]}
        if not self.number:  # the first stage says how the chain's input is taken
            made[GRAPH_INPUT] = plan.shapes[INPUT.name]
        key = tuple(made.values())
        if key not in self._known:
            self._known[key] = self._look(made)
        return self._known[key]

    def _look(self, made: dict[int, Shape]) -> tuple[int | None, Totals]:
        total = Totals()
        for number, stage in enumerate(self.chain.stages[self.number + 1 :], self.number + 1):
            self.questions.ask()
            sources = {INPUT.name: number - 1, **stage.joined}
            sent = {**stage.sent, **{n: made[k] for n, k in sources.items() if k in made}}
            try:
                plan = make_plan(stage.layer, sent, self.chain.limits)
            except Problem:
                return number, total
            made[number], total = plan.outputs[OUTPUT], total.plus(_totals(stage, plan))
        return None, total


def _totals(stage: Planned, plan: Plan) -> Totals:
    return totals_of(plan, skips=INPUT.name in stage.joined)


def later(
    chain: ChainPlan, number: int, found: Mapping[str, Found], questions: Questions
) -> dict[str, Later]:
    """Return how far of each range of a stage the stages behind it fit, where that is less.

    Args:
        chain: whose stages fit each other now.
        number: of the stage.
        found: the ranges of its parameters, for it alone.
        questions: how many there may be.

    Raises:
        Enough: there were more.
    """
    behind = Behind(chain, number, questions)
    stage, answers = chain.stages[number], dict[str, Later]()
    is_joined = any(stage.joined for stage in chain.stages[number + 1 :])
    for name, alone in found.items():
        less = _less(stage, name, alone, behind.stops, is_joined=is_joined)
        if less is not None:
            answers[name] = less
    return answers


def _less(
    stage: Planned,
    name: str,
    alone: Found,
    stops: Callable[[str, object], tuple[bool, int | None]],
    *,
    is_joined: bool,
) -> Later | None:
    if isinstance(alone, Values):
        stopped = {value: stops(name, value) for value in alone.values}
        kept = tuple(value for value, (is_stopped, _) in stopped.items() if not is_stopped)
        first = [by for is_stopped, by in stopped.values() if is_stopped and by is not None]
        return Choices(kept, min(first, default=None)) if len(kept) < len(stopped) else None
    if not isinstance(alone, Range | Ranges) or alone.min is None or alone.max is None:
        return None
    now = getattr(stage.plan.layer, name)
    step = alone.step if isinstance(alone, Steps) else 1
    fits = partial(_fits, stops, name)
    ends = _walked(now, alone.min, alone.max, fits, step) if is_joined else None
    low, high = ends or (alone.min, alone.max)
    within = between(now, low, high, fits, step)
    if within is None or (within.min, within.max) == (alone.min, alone.max):
        return None
    beyond = within.max + step if within.max < alone.max else within.min - step
    return Reach(within.min, within.max, stops(name, beyond)[1])


def _fits(
    stops: Callable[[str, object], tuple[bool, int | None]], name: str, value: object
) -> bool:
    return not stops(name, value)[0]


def _walked(
    now: object, least: int, most: int, fits: Callable[[object], bool], step: int
) -> tuple[int, int] | None:
    """Return how far one can go step by step: where paths meet, a size of 1 fits beyond a gap.

    Only so many steps are gone; what fits that far is looked at from there on as anywhere else.
    """
    middle = max(now) if isinstance(now, tuple) and now else now
    if not isinstance(middle, int):
        return None
    ends = []
    for way, end in ((-step, least), (step, most)):
        for value in range(middle + way, end + way // step, way)[:_STEPS]:
            if not fits(value):
                end = value - way
                break
        ends.append(end)
    return ends[0], ends[1]
