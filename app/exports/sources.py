"""The source of functions together with all of ours that they use, as one program."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

_OURS = "app."
Bindings: TypeAlias = dict[str, ast.stmt]


def source_of(*functions: Callable[..., Any]) -> str:
    """Return imports, then what the functions use, then they, as they stand in our files.

    Raises:
        ValueError: two things of one name are used.
    """
    return _source(functions)


@lru_cache(256)
def _source(functions: tuple[Callable[..., Any], ...]) -> str:
    imports: set[str] = set()
    found: dict[str, tuple[str, str]] = {}
    for function in functions:
        _collect(function.__module__, function.__name__, imports, found)
    parts = [text for _, text in found.values()]
    # Bare `import` lines first, as everywhere; then names for numbers and types.
    lines = sorted(imports, key=lambda line: (line.startswith("from"), line))
    short = [text for text in parts if "\n" not in text]
    whole = [text for text in parts if "\n" in text]
    blocks = ["\n".join(lines), "\n".join(short), *whole]
    return "\n\n".join(block for block in blocks if block)


def _collect(module: str, name: str, imports: set[str], found: dict[str, tuple[str, str]]) -> None:
    """Add what stands in a module under a name, after all that it leans on."""
    bindings, lines = _read(module)
    statement = bindings[name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        alias = next(a for a in statement.names if (a.asname or a.name) == name)
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(_OURS):
            _collect(statement.module or "", alias.name, imports, found)
            return
        start = f"from {statement.module} " if isinstance(statement, ast.ImportFrom) else ""
        imports.add(f"{start}import {alias.name}" + (f" as {name}" if alias.asname else ""))
        return
    if name in found:
        if found[name][0] != module:
            raise ValueError(f"{name} is of {module} and of {found[name][0]}")
        return
    for used in _used(statement):
        if used != name and used in bindings:
            _collect(module, used, imports, found)
    text = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
    found[name] = (module, text)


def _used(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement takes from around it, in the order they stand."""
    nodes = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    own = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if node.id not in own or not isinstance(statement, ast.FunctionDef):
            yield node.id


@lru_cache(64)
def _read(module: str) -> tuple[Bindings, list[str]]:
    """Return the statements of a module by the names that they bind, and its lines."""
    source = inspect.getsource(importlib.import_module(module))
    bindings: Bindings = {}
    for statement in ast.parse(source).body:
        for name in _bound(statement):
            bindings[name] = statement
    return bindings, source.splitlines()


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    return []
