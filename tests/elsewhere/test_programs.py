"""The programs that are shown and exported, run as they stand, against ONNX Runtime."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.layers.base import Array
from tests.elsewhere.conftest import PREFIX, assert_near, request_of, write_files
from tests.layers.cases import CASES, every_case

RUNNER = Path(__file__).with_name("runner.py")
LANGUAGES = ("pytorch", "numpy", "keras")
Outputs = Callable[[str, int], list[Array]]
NOT_IN_KERAS = {
    "activation": 0, "conv": 0, "pooling": 2, "dense": 0, "softmax": 0, "conv_transpose": 0,
    "batch_norm": 0, "group_norm": 0, "instance_norm": 0, "layer_norm": 0, "local_response_norm": 0,
    "dropout": 0, "flatten": 0, "pad": 0, "upsample": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("programs")


def _shown(client: TestClient, number: int, language: str) -> str | None:
    case = CASES[number]
    asked = request_of(case) | {"code": True, "output": "ref"}
    answer = client.post(f"{PREFIX}/{case.kind.family}", json=asked)
    code: dict[str, str | None] = answer.json()["code"]
    return code[language]


def _exported(client: TestClient, number: int, language: str) -> str | None:
    case = CASES[number]
    where = f"{PREFIX}/{case.kind.family}/export?format={language}"
    answer = client.post(where, json=request_of(case))
    if answer.status_code == 422:
        assert answer.json()["detail"].startswith("Keras has nothing for ")
        return None
    assert answer.headers["content-type"].startswith("text/x-python")
    assert "attachment" in answer.headers["content-disposition"]
    return answer.text


@pytest.fixture(scope="module")
def run_all(client: TestClient, folder: Path) -> Outputs:
    """Run every program in one process; return what gives the outputs of one."""
    places = []
    for kind, write in (("shown", _shown), ("exported", _exported)):
        for language in LANGUAGES:
            for number in range(len(CASES)):
                place = folder / f"{kind}-{language}-{number}"
                program = write(client, number, language)
                if program is None:
                    continue
                place.mkdir()
                (place / "program.py").write_text(program)
                if kind == "shown":
                    write_files(number, place)
                places.append(place)
    environment = os.environ | {"KERAS_BACKEND": "torch", "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, RUNNER, *places], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-3000:]

    def outputs(name: str, number: int) -> list[Array]:
        path = folder / f"{name}-{number}" / "outputs.npz"
        if not path.exists():
            return []
        with np.load(path, allow_pickle=False) as held:
            return [held[key] for key in held.files]

    return outputs


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["shown", "exported"])
@every_case
def test_it_gives_the_numbers(run_all: Outputs, kind: str, language: str, number: int) -> None:
    found = run_all(f"{kind}-{language}", number)
    if language != "keras" or found:
        assert_near(number, found)


@pytest.mark.parametrize("family", NOT_IN_KERAS)
def test_keras_has_all_but_what_is_said(run_all: Outputs, family: str) -> None:
    numbers = [n for n, case in enumerate(CASES) if case.kind.family == family]
    missing = [n for n in numbers if not run_all("exported-keras", n)]
    assert len(missing) == NOT_IN_KERAS[family]
    assert missing == [n for n in numbers if not run_all("shown-keras", n)]


def test_what_keras_lacks_is_named(client: TestClient) -> None:
    asked = {"input": [[[[1.0, 2.0], [3.0, 4.0]]]], "mode": "bicubic"}
    shown = client.post(f"{PREFIX}/upsample", json=asked | {"code": 1}).json()
    assert shown["code"]["keras"] is None
    assert shown["code_notes"]["keras"] == "Keras has nothing for the mode 'bicubic'"
    answer = client.post(f"{PREFIX}/upsample/export?format=keras", json=asked)
    assert answer.status_code == 422
    assert answer.json()["detail"] == shown["code_notes"]["keras"]
