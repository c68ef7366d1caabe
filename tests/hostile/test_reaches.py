"""What a request can reach of the machine, told by Python itself: an audit hook in the real server.

Each process of the service writes down what it opens, connects to, starts, removes and unpickles
while the corpus is fired at it.
"""

import ast
import json
import mimetypes
import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from app.settings import ROOT
from tests.hostile.cases import LONG
from tests.hostile.corpus import requests
from tests.hostile.fired import fire
from tests.serving.server import serving, until

_HOOK = """
import os, sys
_file = os.open(os.environ["LAYERLAB_TEST_SEEN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_told = ("open", "os.", "subprocess.", "shutil.", "tempfile.", "pickle.", "socket.", "urllib.",
         "http.", "ftplib.", "smtplib.", "telnetlib.", "ctypes.dlopen", "webbrowser.")
_plain = ("os.listdir", "os.scandir", "os.walk", "os.utime", "socket.__new__", "socket.bind")

def _hook(event, args):
    if event.startswith(_told) and event not in _plain:
        plain = [a if isinstance(a, (str, int, type(None))) else repr(a)[:200] for a in args]
        os.write(_file, (repr((event, plain)) + "\\n").encode("utf-8", "backslashreplace"))

sys.addaudithook(_hook)
"""
_OPEN = "open"
# What the store of refs does with its own files.
_OF_FILES = {"os.remove", "os.rename", "os.mkdir", "tempfile.mkstemp"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
# What each worker says when it has loaded all that it needs and begins to serve.
_BEGINS = b"Application startup complete."


class Watched(NamedTuple):
    """What was seen while cases were fired.

    Args:
        events: name and arguments of each.
        log: lines that the service wrote.
        store: where it holds tensors.
    """

    events: list[tuple[str, list[object]]]
    log: list[bytes]
    store: Path


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    folder = tmp_path_factory.mktemp("watched")
    seen, log, store = folder / "seen", folder / "log", folder / "store"
    (folder / "sitecustomize.py").write_text(_HOOK)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(folder))
        patched.setenv("PYTHONDONTWRITEBYTECODE", "1")
        patched.setenv("LAYERLAB_TEST_SEEN", str(seen))
        with log.open("wb") as told, serving(told, workers=2, store_dir=store) as server:
            assert until(lambda: log.read_bytes().count(_BEGINS) == 2 and server.is_well())
            begun = seen.stat().st_size
            assert begun, "nothing is told"
            for case in requests():
                fire(server, case)
            since = seen.read_bytes()[begun:].decode()
    events = [ast.literal_eval(line) for line in since.splitlines()]
    return Watched(events, log.read_bytes().splitlines(), store)


def _is_below(path: object, *folders: Path | str) -> bool:
    """Tell whether a path, as it was written, lies in one of these."""
    text = str(path)
    return ".." not in Path(text).parts and text.startswith(tuple(f"{f}{os.sep}" for f in folders))


def test_nothing_is_started_fetched_or_unpickled(watched: Watched) -> None:
    told = {name for name, _ in watched.events}
    assert told <= {_OPEN, *_OF_FILES}, [e for e in watched.events if e[0] not in _OF_FILES][:5]


def test_files_are_opened_where_ours_are_and_written_in_the_store_only(watched: Watched) -> None:
    ours = (ROOT / "app", ROOT / "static", ROOT / "templates", ROOT / "models", watched.store)
    python = (sys.prefix, sys.base_prefix, Path(sys.executable).resolve().parent.parent)
    opened = [(args[0], int(str(args[2]))) for name, args in watched.events if name == _OPEN]
    assert opened
    for path, flags in opened:
        if isinstance(path, int):
            continue  # it is open already
        if path == os.devnull:
            continue  # where the words of libraries go, whatever is sent
        if flags & _WRITING:
            assert _is_below(path, watched.store), path
        else:
            assert path in mimetypes.knownfiles or _is_below(path, *ours, *python), path


def test_files_are_made_and_removed_in_the_store_only(watched: Watched) -> None:
    for name, args in watched.events:
        if name in _OF_FILES:
            assert _is_below(args[0], watched.store) or args[0] == str(watched.store), (name, args)


def test_the_log_has_whole_lines_and_nothing_of_the_input(watched: Watched) -> None:
    assert len(watched.log) >= len(requests())
    for line in watched.log:
        assert isinstance(json.loads(line), dict)
        assert line.isascii() or line.decode().isprintable()
        assert LONG.encode() not in line
        assert not {"{name}", "<script>", "\x1b"} & set(line.decode().split())
