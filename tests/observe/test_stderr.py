"""Standard error is the log's: nothing that a library says there comes between its lines."""

import io
import os
import threading

import pytest
from PIL import Image

from app.observe import stderr
from app.problems import Unreadable
from app.settings import Limits
from app.tensors.images import HowToDecode, read_image


def test_what_others_write_meanwhile_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    stderr.write(b"before\n")
    with stderr.quiet():
        os.write(2, b"a library's own words\n")
        stderr.write(b"meanwhile\n")
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "before\nmeanwhile\nafterwards\n"


def test_no_line_is_lost_when_many_switch_and_write(capfd: pytest.CaptureFixture[str]) -> None:
    def switch() -> None:
        for _ in range(200):
            with stderr.quiet():
                os.write(2, b"not this\n")

    def write(name: int) -> None:
        for number in range(500):
            stderr.write(f"{name} {number}\n".encode())

    threads = [threading.Thread(target=switch) for _ in range(2)]
    threads += [threading.Thread(target=write, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = capfd.readouterr().err.splitlines()
    assert sorted(lines) == sorted(f"{name} {n}" for name in range(3) for n in range(500))


def test_a_jpeg_in_a_tiff_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Its library would tell that a table is missing; the picture is refused, and that is all."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "TIFF", compression="jpeg")
    data = bytearray(file.getvalue())
    tables = data.find(b"\xff\xdb")
    data[tables : tables + 2] = b"\xff\xfe"
    with pytest.raises(Unreadable):
        read_image(bytes(data), HowToDecode(), Limits())
    assert capfd.readouterr().err == ""
