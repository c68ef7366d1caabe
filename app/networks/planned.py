"""A chain weighed before it is run: each stage planned on what the one before it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.graphs import OUTPUT, Stage
from app.layers._sliding import Spatial
from app.layers.base import INPUT, Layer, ReceptiveField, Shape
from app.networks.chain import stage_name
from app.networks.receptive import GRAPH_INPUT, Node, receptive_fields
from app.networks.totals import Totals, totals_of
from app.problems import Fault, Invalid, Problem, message
from app.runs import FLOAT_BYTES, Cost, Plan, count, hold, kept_plan
from app.runtime.devices import Work
from app.settings import Limits

NO_JOINS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Planned:
    """One stage.

    Attributes:
        name: what it is called in the graph.
        sources: of its input, and of each tensor that an earlier stage gives, what that is called
            there; `input` is the chain's own.
        layer: as it was asked for, before it was resolved.
        sent: the shapes of its tensors, the input among them, before they are arranged.
        plan: what it does by itself.
        joined: the numbers of the stages that give tensors, but for an input that is given by the
            stage before.
    """

    name: str
    sources: Mapping[str, str]
    layer: Layer
    sent: Mapping[str, Shape]
    plan: Plan
    joined: Mapping[str, int]

    @property
    def output(self) -> Shape:
        """Return the shape of the main output."""
        return self.plan.outputs[OUTPUT]

    def called(self, name: str) -> str:
        """Return what the graph calls a tensor of the stage that is not its input."""
        return f"{self.name}.{name}"

    @property
    def stage(self) -> Stage:
        """Return it as the graph takes it, its weights being inputs."""
        return Stage(self.name, self.plan.layer, self.plan.shapes, {}, self.sources)

    @property
    def looks(self) -> ReceptiveField | None:
        """Return what an output element sees of what its stage is given."""
        return self.plan.layer.looks(self.plan.shapes)

    @property
    def own_shapes(self) -> dict[str, Shape]:
        """Return the shapes of the tensors that no stage gives: its weights."""
        return {n: shape for n, shape in self.plan.shapes.items() if n not in self.sources}


@dataclass(slots=True)
class ChainPlan:
    """Stages that fit each other, and together the limits; it grows by one at a time.

    Attributes:
        shape: of the input.
        limits: hold for every stage, and for all of them together.
        shows_all: every stage's output is given, not the last one's only.
        sees_all: every stage's output is looked at, so that all are kept until the end.
    """

    shape: Shape
    limits: Limits
    shows_all: bool = False
    sees_all: bool = True
    stages: list[Planned] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    effort: int = 0

    @property
    def output(self) -> Shape:
        """Return what the last stage gives."""
        return self.stages[-1].output if self.stages else self.shape

    @property
    def cost(self) -> Cost:
        """Return the parameters and multiply-accumulates of all, the bytes of the last output."""
        costs = [stage.plan.cost for stage in self.stages]
        parameters = sum(cost.parameters for cost in costs)
        return Cost(parameters, self.totals.macs, costs[-1].output_bytes)

    def add(
        self, layer: Layer, sent: Mapping[str, Shape], joined: Mapping[str, int] = NO_JOINS
    ) -> None:
        """Let a layer follow.

        Args:
            layer: validated, not yet resolved.
            sent: the shapes of its tensors but the input.
            joined: the numbers of the stages that give some of them, as `take_joins` has it.

        Raises:
            Invalid: it does not fit what comes before.
            TooLarge: a limit is passed, by it alone or by all together.
        """
        name = self.next_name(layer)
        before = len(self.stages) - 1
        joined = {n: stage for n, stage in joined.items() if (n, stage) != (INPUT.name, before)}
        given = {tensor: self._given(number) for tensor, number in joined.items()}
        shapes = {INPUT.name: self.output, **sent, **given}
        try:
            plan = kept_plan(layer, shapes, self.limits)
        except Invalid as problem:
            raise self._of_a_row(problem) if isinstance(layer, Spatial) else problem from None
        totals = self.totals.plus(totals_of(plan, skips=INPUT.name in joined))
        self.check(totals)
        self.totals, self.effort = totals, self.effort + plan.effort
        sources = {INPUT.name: before, **joined}
        called = {tensor: self._called(number) for tensor, number in sources.items()}
        self.stages.append(Planned(name, called, layer, shapes, plan, joined))

    def _called(self, number: int) -> str:
        return INPUT.name if number == GRAPH_INPUT else self.stages[number].name

    def _given(self, number: int) -> Shape:
        """Return the shape of what a stage gives, or of the input as the first stage has it."""
        if number != GRAPH_INPUT:
            return self.stages[number].output
        return self.stages[0].plan.shapes[INPUT.name] if self.stages else self.shape

    def _of_a_row(self, problem: Problem) -> Problem:
        """Say with a problem that the maps were laid out in a row before, if they were."""
        if len(self.output) != 2 or len(self.shape) < 3:
            return problem
        faults = [
            Fault(
                fault.loc,
                message(
                    "{reason}; what comes in here, {shape}, is a row of numbers "
                    "and no map any more",
                    reason=fault.message,
                    shape=list(self.output),
                ),
            )
            for fault in problem.faults or (Fault((), problem.message),)
        ]
        return type(problem).of(faults)

    def next_name(self, layer: Layer) -> str:
        """Return what a layer is called in the graph if it follows."""
        return stage_name(layer.family, [stage.layer.family for stage in self.stages])

    def check(self, totals: Totals) -> None:
        """Hold all of it together against the limits.

        Raises:
            TooLarge: a limit is passed.
        """
        made = totals.made if self.shows_all else 0
        hold(self.limits, made, self._working(totals), totals.macs, totals.reads)

    @property
    def work(self) -> Work:
        """Return what the time of a run depends on."""
        return Work(self.totals.macs + self.totals.reads, self.working_bytes)

    @property
    def working_bytes(self) -> int:
        """Return the bytes of a run: of all stages, or of the one that takes most."""
        return self._working(self.totals)

    def _working(self, totals: Totals) -> int:
        if self.sees_all:
            return totals.working
        # The chain's own input stays, whatever stage is run.
        return totals.held + totals.peak + FLOAT_BYTES * count(self.shape)

    @property
    def run(self) -> list[Planned]:
        """Return the stages that a run needs: all that are looked at, or what the last is made of.

        What nobody takes would stay until the end of a run, where nobody has counted it.
        """
        needed = {stage.name for stage in self.stages[-1 if not self.sees_all else 0 :]}
        for stage in reversed(self.stages):
            if stage.name in needed:
                needed.update(stage.sources.values())
        return [stage for stage in self.stages if stage.name in needed]

    def given_shapes(self) -> dict[str, Shape]:
        """Return the shape of what each stage gives, and of the input as the first one takes it."""
        first = {INPUT.name: self.stages[0].plan.shapes[INPUT.name]}
        return first | {stage.name: stage.output for stage in self.stages}

    def receptive_fields(self) -> list[ReceptiveField | None]:
        """Return what an output element of each stage sees of the chain's input."""
        nodes = [
            Node(_numbers(stage, number), stage.looks, stage.output[2:])
            for number, stage in enumerate(self.stages)
        ]
        first = self.stages[0].plan.shapes[INPUT.name] if self.stages else ()
        return receptive_fields(nodes, first[2:])


def _numbers(stage: Planned, number: int) -> tuple[int, ...]:
    return tuple({INPUT.name: number - 1, **stage.joined}.values())
