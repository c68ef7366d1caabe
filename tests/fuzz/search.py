"""Looks for bytes that break a reader, guided by the lines they reach: `make fuzz TIME=300`.

Needs atheris (`pip install -e '.[fuzz]'`), which has builds for Linux and some Pythons only.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app", "python_multipart", "ast"]):
    from tests.fuzz.readers import SEEDS, TARGETS, WORDS

_LONGEST = 4096


def _escaped(word: str) -> str:
    return "".join(f"\\x{code:02x}" for code in word.encode())


def main() -> None:
    """Search one reader for some seconds; the first finding ends it, its bytes in a file."""
    name, seconds = sys.argv[1], int(sys.argv[2])
    found = Path("build/fuzz")
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[name]):
            (Path(folder) / str(number)).write_bytes(seed)
        words = found / f"{name}.dict"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in WORDS[name]))
        how = [
            f"-dict={words}",
            f"-max_total_time={seconds}",
            f"-max_len={_LONGEST}",
            "-timeout=10",
        ]
        how += [f"-artifact_prefix={found}/{name}-", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *how, folder], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
