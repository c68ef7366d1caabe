"""`make bench-gpu`: layers on a card beside the bare ONNX Runtime and PyTorch, on the same card."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort

from app.layers import FAMILIES
from app.runs import make_plan, run_plan
from app.runtime.devices import devices, paces
from app.runtime.session_cache import SessionCache
from app.settings import Limits
from benchmarks.report import Part, measured, told, write
from benchmarks.results import FIRST, RESULTS
from benchmarks.works import Work, convolution

CUDA, _RUNS, _CLOSE = "cuda", 20, 1e-3
TITLE = "On a card"
# The largest batch is more than a request may ask for.
_LIMITS = Limits(output_elements=1 << 26, working_bytes=1 << 30)
_SAYS = """A convolution 3x3 with padding 1, from NumPy to NumPy, its weight on the card from \
before; wall time of {} runs after one more, the median, one after the other, PyTorch in \
a process of its own. Bare is `session.run` of ONNX Runtime on the card with the weight as \
initializer; PyTorch sends the input, convolves, and takes the output back. Every output is \
within {} of the processor's. Card: {}."""
_TORCH = Path("build/rivals/torch")
_SHAPES = {
    **{f"W1, 3 → 16, batch {n}": ((n, 3, 224, 224), (16, 3, 3, 3)) for n in (1, 16, 64)},
    "1 → 1, 4096 × 4096": ((1, 1, 4096, 4096), (1, 1, 3, 3)),
}


def _work(name: str) -> Work:
    shape, kernel = _SHAPES[name]
    generator = np.random.default_rng(0)
    array = generator.random(shape, np.float32)
    weight = generator.normal(size=kernel).astype(np.float32)
    return Work("", name, "conv", [convolution()], {"input": array}, {"weight": weight}, {}, True)


def _median_ms(work: Work, run: Callable[[], np.ndarray]) -> float:
    _check(work, run())
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def _check(work: Work, output: np.ndarray) -> None:
    np.testing.assert_allclose(output, work.expected, rtol=_CLOSE, atol=_CLOSE)


def _ours(work: Work, device: str) -> float:
    sent, sessions = work.feeds | work.held, SessionCache(1)
    weight = work.held["weight"]
    layer = FAMILIES["conv"].first.model_validate(
        {"out_channels": len(weight), "kernel_size": 3, "padding": 1}
    )
    plan = make_plan(layer, {name: value.shape for name, value in sent.items()}, _LIMITS)
    refs = {"weight": work.title}

    def run() -> np.ndarray:
        return run_plan(plan, sent, device, sessions, refs).outputs["output"]

    return _median_ms(work, run)


def _bare(work: Work) -> float:
    session = ort.InferenceSession(
        work.model, providers=[("CUDAExecutionProvider", {"use_tf32": "0"})]
    )
    return _median_ms(work, lambda: session.run(None, work.feeds)[0])


def _torch(work: Work) -> float | None:
    """Return PyTorch's time, None where it is not installed."""
    python = str(_TORCH / "bin/python") if (_TORCH / "ready").exists() else sys.executable
    with tempfile.TemporaryDirectory() as folder:
        for name, array in (work.feeds | work.held).items():
            np.save(Path(folder) / f"{name}.npy", array)
        program = [python, "-m", "benchmarks.rivals.torch_on_card", folder, str(_RUNS)]
        answer = subprocess.run(program, capture_output=True, text=True, check=False)
        if "No module named" in answer.stderr:
            return None
        answer.check_returncode()
        _check(work, np.load(Path(folder) / "output.npy"))
        times: list[float] = json.loads(answer.stdout)["ms"]
        return statistics.median(times)


def _card() -> str:
    asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def on_a_card() -> list[str]:
    """Measure and return the lines of the report."""
    if CUDA not in devices():
        raise SystemExit("no CUDA device works here, so there is nothing to measure")
    lines = [
        _SAYS.format(_RUNS, _CLOSE, _card()),
        "",
        "| | Layerlab on the card, ms | bare, ms | PyTorch, ms | Layerlab on the processor, ms |",
        "|---|---:|---:|---:|---:|",
    ]
    for name in _SHAPES:
        work = _work(name)
        times = [_ours(work, CUDA), _bare(work), _torch(work), _ours(work, "cpu")]
        shown = " | ".join("–" if ms is None else f"{ms:.2f}" for ms in times)
        lines.append(f"| {name} | {shown} |")
        print(lines[-1], flush=True)
    return [*lines, "", _told_paces()]


def _told_paces() -> str:
    """Say by what `device=auto` chooses here."""
    said = [
        f"{device} {pace.run * 1e6:.1f} µs a run, {pace.byte * 1e9:.3f} ns a byte, "
        f"{pace.step * 1e12:.2f} ps a multiply-accumulate"
        for device, pace in paces().items()
    ]
    return f"What `device=auto` goes by: {'; '.join(said)}."


if __name__ == "__main__":
    part, found = Part(TITLE, on_a_card), told(RESULTS)
    found[TITLE] = measured(part)
    write(RESULTS, FIRST, [], found)
