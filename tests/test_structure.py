"""The house stays as it was drawn: who imports whom, where names may stand, how long things are.

**Names.** A layer's name (a tag or a family of the registry) must not stand in the code outside
that layer's own file, for a family outside its folder. What is looked at:

- in Python, every string that is no docstring and has no blank in it. One with blanks is a text
  that people read; texts are free. The string is cut into words at all that is no letter, digit
  or underscore, so that `labs/softmax.html` and `F.conv` are seen too;
- in Python, every import from outside `layers/`: none may go to a module of a layer or a family;
- in JavaScript, strings as above, and every identifier and property.

Words are compared exactly: ONNX's `Relu` is not our `relu`. A few words of ours are at the same
time words of another vocabulary. `ELSEWHERE` lists each place where one stands for that other
thing, and why; an entry that is not needed any more fails as well.
"""

import re
import sys
from pathlib import Path

import pytest

from app.layers import FAMILIES, LAYERS
from tests.source import (
    APP,
    Found,
    bare,
    imports,
    named,
    python_files,
    python_functions,
    python_strings,
    script_files,
    script_functions,
    script_strings,
)

MOST_LINES, MOST_OF_A_FUNCTION = 250, 40
NAMES = {kind.tag for kind in LAYERS if kind.tag} | set(FAMILIES)
EDGE = (
    *("app/api/", "app/main.py", "app/pages.py", "app/errors.py", "app/headers.py"),
    "app/rendering.py",
    "app/observe/requests.py",
)
WEB = {"fastapi", "starlette"}
OF_LAYERS = {"numpy", "onnx", "pydantic", "pydantic_core", *sys.stdlib_module_names}

ELSEWHERE = {
    ("app/plans.py", "max"): "the upper bound of a field",
    ("app/layers/conv/conv.py", "pad"): "PyTorch's function, in the expression that is shown",
    ("app/layers/pooling/_base.py", "pad"): "PyTorch's function, in the expression that is shown",
    ("app/layers/pooling/max.py", "flatten"): "PyTorch's method, in the expression that is shown",
    ("app/layers/dense/dense.py", "flatten"): "PyTorch's method, and a parameter of the contract",
    ("app/layers/_keras.py", "pad"): "Keras's function, in the line that is shown",
    ("app/layers/_formula.py", "max"): "a function of mathematics, in a formula",
    ("app/layers/_formula.py", "tanh"): "a function of mathematics, in a formula",
    ("app/layers/pooling/global_max.py", "max"): "a function of mathematics, in a formula",
    ("app/layers/activation/mish.py", "tanh"): "a function of mathematics, in a formula",
    ("app/layers/_numbers.py", "max"): "a way to combine terms, and a function of mathematics",
    ("app/layers/_numbers.py", "lp"): "a way to combine terms, as the contract calls it",
    ("app/forms.py", "max"): "the upper bound of a field",
    ("app/layers/_graph_node.py", "max"): "an attribute of ONNX's Clip",
    ("app/networks/operators/elementwise.py", "max"): "a way to combine terms",
    ("app/layers/softmax/softmax.py", "max"): "the largest score, a number of an explanation",
    ("app/layers/pooling/_base.py", "max"): "a way to combine terms, as the contract calls it",
    ("app/layers/pooling/_base.py", "conv"): "PyTorch's function, in the expression that is shown",
    ("app/layers/activation/gelu.py", "tanh"): "PyTorch's option `approximate`",
    ("app/layers/activation/log_sigmoid.py", "sigmoid"): "a title of one word, so a text",
    ("app/layers/activation/softplus.py", "threshold"): "PyTorch's parameter of softplus",
}
# What the rooms of static/js may import besides themselves and what lies above all rooms.
ROOMS = {
    "data": set[str](),
    "service": {"data"},
    "form": {"data", "service"},
    "views": {"data", "form"},
    "why": {"data", "service", "views", "pages"},
    "pages": {"data", "service", "form", "views", "why"},
}
OF_A_BROWSER = {"document", "localStorage", "sessionStorage", "navigator", "fetch"}
# `Math.max` and the ends of a range, what is added to a set, lists that are joined.
ORDINARY_IN_SCRIPTS = {"max", "add", "concat"}

every_file = pytest.mark.parametrize("path", python_files(), ids=named)
every_script = pytest.mark.parametrize("path", script_files(), ids=named)


def _packages(path: Path) -> set[str]:
    return {found.text.partition(".")[0] for found in imports(path)}


@every_file
def test_layers_import_numbers_and_graphs_only(path: Path) -> None:
    if not named(path).startswith("app/layers/"):
        return
    assert _packages(path) <= OF_LAYERS | {"app"}
    ours = [found.text for found in imports(path) if found.text.startswith("app.")]
    assert [m for m in ours if not m.startswith(("app.layers.", "app.problems."))] == []


@every_file
def test_onnx_runtime_is_known_in_one_place(path: Path) -> None:
    assert named(path).startswith("app/runtime/") or "onnxruntime" not in _packages(path)


@every_file
def test_the_web_is_known_at_the_edge_only(path: Path) -> None:
    assert named(path).startswith(EDGE) or not _packages(path) & WEB


@every_file
def test_nobody_below_imports_the_api(path: Path) -> None:
    if not named(path).startswith(("app/api/", "app/main.py", "app/pages.py", "app/rendering.py")):
        assert [found for found in imports(path) if found.text.startswith("app.api")] == []


@every_file
def test_imports_are_absolute_and_of_modules_that_are_there(path: Path) -> None:
    modules = {named(file).removesuffix(".py").replace("/", ".") for file in python_files()}
    packages = {module.removesuffix(".__init__") for module in modules}
    for found in imports(path):
        if found.text.startswith("app."):
            assert found.text in packages or found.text.rpartition(".")[0] in packages, found


def test_imports_go_one_way() -> None:
    """No module imports one that, over however many others, imports it."""
    modules = {_module(path): path for path in python_files()}
    reaches = {
        name: {target for found in imports(path) if (target := _nearest(found.text, modules))}
        for name, path in modules.items()
    }
    done: set[str] = set()
    while ready := {name for name, targets in reaches.items() if targets <= done} - done:
        done |= ready
    assert sorted(set(modules) - done) == [], "these import each other in a circle"


def _module(path: Path) -> str:
    return named(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _nearest(imported: str, modules: dict[str, Path]) -> str | None:
    if imported in modules:
        return imported
    return imported.rpartition(".")[0] if imported.startswith("app.") else None


def _home(name: str) -> tuple[str, ...]:
    """Return where a name is at home: its own file, or the folder of its family."""
    files = [f"app/layers/{k.family}/{k.tag}.py" for k in LAYERS if k.tag == name]
    alone = [f"app/layers/{name}/"] if name in FAMILIES else []
    return (*files, *alone)


def _strangers(strings: list[Found]) -> set[tuple[str, str]]:
    """Return (file, name) for each name that stands where it is not at home."""
    return {
        (found.file, word)
        for found in strings
        if not re.search(r"\s", found.text.strip())
        for word in set(re.findall(r"\w+", found.text)) & NAMES
        if not found.file.startswith(_home(word))
    }


def test_no_layer_is_named_in_python_outside_its_file() -> None:
    strangers = _strangers([found for path in python_files() for found in python_strings(path)])
    assert strangers - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) - strangers == set(), "not needed any more"


@every_file
def test_no_module_of_a_layer_is_imported_from_outside(path: Path) -> None:
    if not named(path).startswith("app/layers/"):
        modules = [found.text.split(".") for found in imports(path)]
        assert [m for m in modules if m[:2] == ["app", "layers"] and set(m) & NAMES] == []


@every_script
def test_no_layer_is_named_in_javascript(path: Path) -> None:
    assert {word for _, word in _strangers(script_strings(path))} == set()
    words = set(re.findall(r"[\w$]+", bare(path.read_text())))
    assert words & (NAMES - ORDINARY_IN_SCRIPTS) == set()


@every_script
def test_rooms_of_javascript_import_one_way(path: Path) -> None:
    room = _room(path)
    if room in ROOMS:
        found = re.findall(r"\b(?:from |import\()\"(\.[^\"]+)\"", path.read_text())
        rooms = {_room((path.parent / other).resolve()) for other in found}
        assert rooms & set(ROOMS) <= ROOMS[room] | {room}
    if room == "data":
        assert set(re.findall(r"\w+", bare(path.read_text()))) & OF_A_BROWSER == set()


def _room(script: Path) -> str:
    """Return the folder of static/js in which a file lies, or its name where it lies in none."""
    return script.relative_to(APP.parent / "static" / "js").parts[0]


@pytest.mark.parametrize("path", [*python_files(), *script_files()], ids=named)
def test_files_and_functions_are_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES
    functions = python_functions(path) if path.suffix == ".py" else script_functions(path)
    assert [f for f in functions if f.lines > MOST_OF_A_FUNCTION] == []


def test_the_map_of_the_house_has_every_room() -> None:
    """CONTRIBUTING.md names what lies in app/ and each folder of routes, and nothing else."""
    text = (APP.parent / "CONTRIBUTING.md").read_text()
    told = text[text.index("## Where things are") : text.index("Imports go one way")]
    there = {file.name for file in APP.glob("*.py")} - {"__init__.py"}
    assert there == set(re.findall(r"\b\w+\.py\b", told)) - {"routes.py"}
    folders = {file.parent.name for file in APP.glob("*/__init__.py")}
    assert folders == set(re.findall(r"app/(\w+)/", told))
    of_routes = {file.parent.name for file in APP.glob("api/*/__init__.py")}
    assert of_routes <= set(re.findall(r"(?<!app/)\b(\w+)/", told))


def test_the_reader_of_javascript_sees_functions_and_strings(tmp_path: Path) -> None:
    """What the tests above rest on, on a file made for it."""
    lines = ["function long(a = {}) {", *["  a;"] * 50, "}", "const f = (x) => {", "  x;", "};",
             "// 'commented' {", "call('conv', `${a}`, /['{]/, \"two words\");"]  # fmt: skip
    path = tmp_path / "made.js"
    path.write_text("\n".join(lines))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tests.source.ROOT", tmp_path)
        assert [(f.name, f.lines) for f in script_functions(path)] == [("long", 52), ("=>", 3)]
        assert [found.text for found in script_strings(path)] == ["conv", "${a}", "two words"]
