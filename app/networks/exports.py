"""A chain as a file that runs elsewhere: an ONNX model, or a script with its tensors in it."""

from collections.abc import Collection, Mapping, Sequence

from app.exports.files import BINARY, ONNX, PYTHON, SHOWN, Export, check_script
from app.exports.programs import LANGUAGES, Language, Tensors, folded, outputs
from app.graphs import chain_metadata, recipe_free
from app.layers.base import INPUT, Array, Shape
from app.networks.compile import chain_model, reshaped
from app.networks.joins import written_joins
from app.networks.planned import ChainPlan, Planned
from app.networks.running import run_chain
from app.problems import Problem
from app.runs import complete, count
from app.runtime.session_cache import SessionCache
from app.settings import Limits

_NAME = "chain"


def check_chain_export(plan: ChainPlan, kind: str, limits: Limits) -> None:
    """Refuse a script that would carry too many numbers.

    Raises:
        TooLarge: naming the limit, and the form that has none.
    """
    weights = [shape for stage in plan.stages for shape in stage.own_shapes.values()]
    check_script(sum(map(count, [plan.shape, *weights])), kind, limits)


def export_chain(
    plan: ChainPlan,
    array: Array,
    sent: Sequence[Mapping[str, Array]],
    kind: str,
    sessions: SessionCache,
) -> Export:
    """Write a planned chain and its tensors as a file of one of `EXPORTS`.

    Args:
        plan: of the chain; whether it shows all says which outputs a model has.
        array: the input.
        sent: the tensors of each stage, but its input.
        kind: of the file.
        sessions: for the run that tells whether the graph must mind NaN and infinities.

    Raises:
        Inexpressible: the language has nothing for a layer, placed at that.
    """
    if kind == ONNX:
        return Export(f"{_NAME}.onnx", BINARY, _model(plan, array, sent, sessions))
    tensors = [complete(s.plan, own) for s, own in zip(plan.stages, sent, strict=True)]
    written = _program(LANGUAGES[kind], plan, array, tensors)
    return Export(f"{_NAME}_{kind}.py", PYTHON, (written + SHOWN).encode())


def _model(
    plan: ChainPlan, array: Array, sent: Sequence[Mapping[str, Array]], sessions: SessionCache
) -> bytes:
    if any(stage.plan.layer.minds_nonfinite for stage in plan.stages):
        run = run_chain(plan, array, sent, "cpu", sessions)
        tensors, finite = run.tensors, run.finite
    else:
        pairs = zip(plan.stages, sent, strict=True)
        tensors, finite = [complete(stage.plan, own) for stage, own in pairs], True
    pairs = zip(plan.stages, tensors, strict=True)
    stages = [stage.stage._replace(weights=own) for stage, own in pairs]
    specs = [
        {"layer": s.plan.layer.family} | recipe_free(s.plan.layer) | written_joins(s.joined)
        for s in plan.stages
    ]
    notes = chain_metadata(specs, stages[0].shapes[INPUT.name])
    model = chain_model(stages, notes, finite=finite, last=not plan.shows_all)
    return bytes(model.SerializeToString())


def _program(
    language: Language, plan: ChainPlan, array: Array, tensors: Sequence[Mapping[str, Array]]
) -> str:
    shapes = plan.given_shapes()
    held = {INPUT.name: array.reshape(shapes[INPUT.name])}
    source = Tensors(plan.stages[0].plan, held, {}, inside=True)
    kept = {stage.sources[name] for stage in plan.stages for name in stage.joined}
    blocks = ["\n".join([_lines(language, source), *_kept(INPUT.name, kept)])]
    every = [source]
    for number, (stage, own) in enumerate(zip(plan.stages, tensors, strict=True)):
        taken = Tensors(stage.plan, own, {}, inside=True)
        is_last = number == len(plan.stages) - 1
        try:
            lines = _stage(language, stage, taken, shapes, is_last=is_last)
        except Problem as problem:
            raise problem.at("layers", number) from None
        blocks.append("\n".join([f"# {stage.name}", *lines, *_kept(stage.name, kept)]))
        every.append(taken)
    large = next((one for one in every if one.large), source)
    head = [*large.imports(), *language.head([s.plan for s in plan.stages], large.large)]
    return "\n\n".join(["\n".join(head), *large.definitions(), *blocks])


def _kept(name: str, kept: Collection[str]) -> list[str]:
    """Return the line that keeps what a stage gave for one that comes later."""
    return [f"{_later_name(name)} = x"] if name in kept else []


def _later_name(stage: str) -> str:
    return f"from_{stage}"


def _lines(language: Language, held: Tensors) -> str:
    return "\n".join(held.lines(language.numbers, language.array))


def _stage(
    language: Language, stage: Planned, held: Tensors, shapes: Mapping[str, Shape], *, is_last: bool
) -> list[str]:
    before, wanted = shapes[stage.sources[INPUT.name]], stage.plan.shapes[INPUT.name]
    shaped = [] if before == wanted else [f"x = {language.reshaped}"]
    shaped = [line.format(reshaped(before, wanted, -1)) for line in shaped]
    there = {*held.held, *stage.sources}
    *lines, made = language.call(stage.plan, there)
    names = outputs(stage.plan)
    called = names if is_last else names.replace("y", "x", 1)
    given = held.lines(language.numbers, language.array)
    named = {name: "x" if name == INPUT.name else name for name in stage.joined}
    given += [f"{own} = {_later_name(stage.sources[name])}" for name, own in named.items()]
    return [*given, *shaped, *map(folded, [*lines, f"{called} = {made}"])]
