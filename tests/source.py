"""The repository's own source, read without being run: imports, strings, lengths."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
APP, SCRIPTS = ROOT / "app", ROOT / "static" / "js"


class Found(NamedTuple):
    """Something at a line of a file; the file is named from the repository's root."""

    file: str
    line: int
    text: str


class Span(NamedTuple):
    """A function and how many lines it takes."""

    file: str
    name: str
    lines: int


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def script_files() -> list[Path]:
    return sorted(SCRIPTS.rglob("*.js"))


def imports(path: Path) -> list[Found]:
    """Return every module that a file imports, wherever in the file; `from x import y` as x.y."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [Found(named(path), node.lineno, alias.name) for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{named(path)} imports relatively"
            for alias in node.names:
                found.append(Found(named(path), node.lineno, f"{node.module}.{alias.name}"))
    return found


def python_strings(path: Path) -> list[Found]:
    """Return every string of a Python file that is no docstring, the pieces of f-strings too."""
    tree = ast.parse(path.read_text())
    told = {id(docstring) for node in ast.walk(tree) for docstring in _docstrings(node)}
    return [
        Found(named(path), node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]


def _docstrings(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the strings that stand alone as a statement."""
    body = getattr(node, "body", None)
    for statement in body if isinstance(body, list) else []:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            yield statement.value


def python_functions(path: Path) -> list[Span]:
    """Return the functions of a Python file, from their first decorator to their end."""
    return [
        Span(named(path), node.name, (node.end_lineno or 0) - _first_line(node) + 1)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([node.lineno, *(d.lineno for d in node.decorator_list)])


_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
      | (?:(?<=[(,=:&|!?{};\[])|(?<=[(,=:&|!?{};\[]\s)|(?<=return\s))
        (?P<regex>/(?![*/])(?:\\.|\[[^\]\n]*\]|[^/\\\n])+/)""",
    re.DOTALL | re.VERBOSE,
)
_FUNCTION = re.compile(
    # A pair of brackets around a whole classic script is no function that anybody reads.
    r"function\s*\*?\s*(?P<name>\w*)\s*\(|(?<!\n\(\(\) )=>\s*\{"
    r"|^\s+(?:async )?(?P<method>\w+)\([^()\n]*\) \{$",
    re.MULTILINE,
)
_STATEMENTS = frozenset({"if", "for", "while", "switch", "catch", "with"})


def script_strings(path: Path) -> list[Found]:
    """Return every string of a JavaScript file."""
    text = path.read_text()
    return [
        Found(named(path), text.count("\n", 0, m.start()) + 1, m["string"][1:-1])
        for m in _TOKEN.finditer(text)
        if m["string"]
    ]


def bare(text: str) -> str:
    """Return JavaScript with comments, strings and patterns blanked out, line for line."""
    return _TOKEN.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def script_functions(path: Path) -> list[Span]:
    """Return the functions of a JavaScript file, from their first line to their closing brace."""
    text, found = bare(path.read_text()), []
    for match in _FUNCTION.finditer(text):
        if match["method"] in _STATEMENTS:
            continue
        start = match.end() - 1 if text[match.end() - 1] == "{" else _body(text, match.end())
        lines = text.count("\n", match.start(), _closing(text, start)) + 1
        name = match["name"] or match["method"] or "=>"
        found.append(Span(named(path), name, lines - match[0].count("\n")))
    return found


def _body(text: str, place: int) -> int:
    """Return where the body begins, behind the parameters that `place` is within."""
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
    return text.index("{", place)


def _closing(text: str, place: int) -> int:
    depth = 0
    while True:
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return place
        place += 1
