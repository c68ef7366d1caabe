"""Awkward requests that are known to have broken services built the usual way."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from tests.hostile.cases import (
    BRACES,
    CONV,
    DENSE,
    INVALID,
    LAYERS,
    LONG,
    MODEL,
    READ_OR_NOT,
    REFUSED,
    SOFTMAX,
    TENSORS,
    Case,
    X,
    described,
    got,
    multipart,
    npy_of,
    posted,
    saved,
    scans,
    sent,
)
from tests.pngs import chunk, png_of

_WIDE = 65500
_POINT = zlib.compress(b"\0\7")


def _nothing(size: int) -> bytes:
    """Return so many zeros, a thousandth of it in size."""
    squeeze = zlib.compressobj(9)
    return b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(size >> 20)) + squeeze.flush()


def _gradient(mode: str = "RGB", size: tuple[int, int] = (7, 5)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


def _wide() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    """Yield headers that say a picture is 65500 pixels wide, and nothing behind them."""
    wide = (413,)
    yield "PNG", png_of(_WIDE, _WIDE, 8, 2, _POINT), wide
    jpeg = saved(_gradient(), "JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    yield "JPEG", jpeg[:at] + struct.pack(">HH", _WIDE, _WIDE) + jpeg[at + 4 :], wide
    gif = saved(_gradient("P"), "GIF")
    screen = gif[:6] + struct.pack("<HH", _WIDE, _WIDE) + gif[10:]
    yield "GIF", screen, READ_OR_NOT
    at = screen.index(b"\x2c\0\0\0\0") + 5
    yield "GIF's frame", screen[:at] + struct.pack("<HH", _WIDE, _WIDE) + screen[at + 4 :], wide
    bmp = saved(_gradient(), "BMP")
    yield "BMP", bmp[:18] + struct.pack("<ii", _WIDE, _WIDE) + bmp[26:], wide
    tags = ((256, _WIDE), (257, _WIDE), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1),
            (278, _WIDE), (279, 1))  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    yield "TIFF", struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4), wide
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + b"\xdb\xff\0" * 2
    riff = b"RIFF" + struct.pack("<I", 4 + len(canvas)) + b"WEBP" + canvas
    yield "WebP", riff, READ_OR_NOT


def _bombs() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    much = _nothing(256 << 20)
    for kind, data in {
        "zTXt": b"a\0\0" + much,
        "iCCP": b"a\0\0" + much,
        "iTXt": b"a\0\1\0\0\0" + much,
    }.items():
        bomb = png_of(1, 1, 8, 0, _POINT, chunk(kind.encode(), data))
        yield f"256 MiB in {kind}", bomb, READ_OR_NOT
    texts = [chunk(b"zTXt", b"a\0\0" + _nothing(1 << 20))] * 1000
    yield "1000 times zTXt", png_of(1, 1, 8, 0, _POINT, *texts), READ_OR_NOT
    yield "256 MiB behind one pixel", png_of(1, 1, 8, 0, much), READ_OR_NOT
    yield "2^32-1 frames", png_of(
        1, 1, 8, 0, _POINT, chunk(b"acTL", struct.pack(">II", 2**32 - 1, 0))
    ), READ_OR_NOT  # fmt: skip
    for progressive in (True, False):
        jpeg = saved(_gradient(size=(640, 480)), "JPEG", progressive=progressive)
        yield f"400 scans, progressive={progressive}", scans(jpeg, 400), (400,)
    # Gone through in Python, piece by piece, each would take half a minute and more.
    yield "a million segments of JPEG", jpeg[:2] + b"\xff\xe1\0\2" * 1_000_000 + jpeg[2:], (400,)
    yield "2 MB between segments", jpeg[:2] + b"\xff" * 2_000_000 + jpeg[2:], (400,)
    half, more = zlib.compress(bytes(26)), chunk(b"IDAT", b"x" * 100) * 60_000
    yield (
        "60,000 chunks behind the pixels' end",
        png_of(4, 4, 8, 2, b"", chunk(b"IDAT", half), more),
        (400,),
    )
    yield "300,000 chunks", png_of(1, 1, 8, 0, _POINT, chunk(b"tEXt", b"") * 300_000), (400,)


def _odd() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    frames = [_gradient("P").rotate(n) for n in range(400)]
    yield "400 frames of GIF", saved(frames[0], "GIF", save_all=True, append_images=frames), (200,)
    for mode in ("CMYK", "I;16", "LAB", "RGBA"):
        yield f"TIFF of mode {mode}", saved(_gradient(mode), "TIFF"), READ_OR_NOT
    png, archive = saved(_gradient(), "PNG"), io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.npy", b"\x93NUMPY")
    yield "PNG and ZIP", png + archive.getvalue(), (200,)
    yield "JPEG and PHP", saved(_gradient(), "JPEG", comment=b"<?php system('id'); ?>"), (200,)
    yield "EPS behind a PNG's name", b"%!PS\n(%pipe%id) (r) file closefile\n", (400,)
    yield "a script of ImageMagick", b"push graphic-context\nimage over 0,0 0,0 '|id'\n", (400,)
    yield (
        "SVG with an entity",
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns='
        b'"http://www.w3.org/2000/svg"><image href="http://127.0.0.1:1/a"/>&x;</svg>',
        (400,),
    )


def pictures() -> Iterator[Case]:
    """Yield pictures as the whole body, and under file names that are none."""
    for name, data, statuses in (*_wide(), *_bombs(), *_odd()):
        yield sent(f"listed picture: {name}", f"{CONV}?kernel=box", "image/png", data, statuses)
        parts = [("input", data, "a.png")]
        yield multipart(f"listed picture in a form: {name}", f"{MODEL}/predict", parts, READ_OR_NOT)
    png = saved(_gradient(), "PNG")
    for name in ("../../etc/passwd.png", "a\0.png", "|id", "$(id).png", "CON", "a" * 5000, "/",
                 "a.png/../../b", "%00", BRACES, "\u202egnp.exe", "-rf", "a.npy", "file:///a.png",
                 "http://127.0.0.1:1/a.png", ".", "~root"):  # fmt: skip
        parts = [("input", png, name)]
        yield multipart(f"file name {name[:20]!r}", f"{CONV}?kernel=box", parts, READ_OR_NOT)
        parts = [("input", b"text, not a picture", name)]
        yield multipart(f"text named {name[:20]!r}", f"{CONV}?kernel=box", parts)


def arrays() -> Iterator[Case]:
    """Yield arrays that say they are huge, and archives that are."""
    kind = "application/x-npy"
    for shape in ((10**12,), (10**6, 10**6), (1, 10**12, 1), (2**40, 0), (-1, -1), (-(10**12),)):
        for descr in ("<f4", "<f8", "|b1"):
            data = npy_of(described(descr, shape), bytes(16))
            yield sent(f"listed npy: {descr} {shape}", SOFTMAX, kind, data)
    archive = io.BytesIO()
    with (
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file,
        file.open("input.npy", "w") as member,
    ):
        member.write(npy_of(described("<f4", (64 << 20,))))
        for _ in range(256):
            member.write(bytes(1 << 20))
    for where in (SOFTMAX, TENSORS):
        yield sent(f"npz bomb to {where}", where, kind, archive.getvalue())
        parts = [("input", archive.getvalue(), "a.npz")]
        yield multipart(f"npz bomb in a form to {where}", where, parts)
    for number, code in enumerate((b"cposix\nsystem\n(S'id'\ntR.", b"\x80\x05N.")):
        header = described("|O", (1,))
        yield sent(f"pickle {number} in npy", SOFTMAX, kind, npy_of(header, code), (400, 415))


def hyperparameters() -> Iterator[Case]:
    """Yield outputs of terabytes, groups that do not divide, biases of a wrong length."""
    image = {"input": np.zeros((1, 6, 4, 4)).tolist()}
    for length in (0, 1, 3, 1000):
        bias = {"bias": [0.0] * length}
        given = {**image, "weight": np.zeros((2, 6, 1, 1)).tolist(), **bias}
        yield posted(f"conv: a bias of {length}", CONV, given, INVALID)
        given = {**image, "weight": np.zeros((6, 2, 1, 1)).tolist(), **bias}
        yield posted(f"conv_transpose: a bias of {length}", f"{LAYERS}/conv_transpose", given,
                     INVALID)  # fmt: skip
        given = {"input": [1.0], "weight": [[1.0], [2.0]], **bias}
        yield posted(f"dense: a bias of {length}", DENSE, given, INVALID)
    for groups in (0, -1, 4, 5, 7, 10**9):
        for layer in ("conv", "conv_transpose"):
            given = {**image, "out_channels": 8, "groups": groups}
            yield posted(f"{layer}: {groups} groups", f"{LAYERS}/{layer}", given, INVALID)
    huge: dict[str, dict[str, Any]] = {
        "conv": {"out_channels": 10**6, "padding": 10**6},
        "conv_transpose": {"out_channels": 1, "stride": 10**6},
        "pooling": {"kernel_size": 1, "stride": 1, "padding": 0, "dilation": 10**9},
        "pad": {"padding": [10**6] * 4},
        "upsample": {"size": [10**6, 10**6]},
        "dense": {"out_features": 10**9},
    }
    for layer, body in huge.items():
        given = {**image, **body}
        yield posted(f"{layer}: terabytes", f"{LAYERS}/{layer}", given, (200, 413, 422))


def of_http() -> Iterator[Case]:
    """Yield ranges of 10,000 parts and odd ones, methods and targets that are not there."""
    files = ("/static/icon.svg", "/static/samples/chelsea.jpg", f"{MODEL}/file")
    for number, text in enumerate((
        "bytes=" + ",".join(["0-0"] * 10_000), "bytes=" + ",".join(f"{n}-" for n in range(9_000)),
        "bytes=" + "0-," * 10_000, "bytes=-1", "bytes=-99999999999999999999", "bytes=5-1",
        "bytes=99999999999-", "bytes=" + "9" * 5000 + "-", "bytes=a-b", "bytes", "bytes=",
        "bytes=0-0,-0", "lines=0-1", "bytes=0-18446744073709551616", "bytes=--1", "\xe9",
    )):  # fmt: skip
        for url in files:
            statuses = (200, 206)
            yield got(f"range {number} of {url}", url, statuses, Range=text)
    for method in ("FOO", "LOCK", "M-SEARCH", "SEARCH", "LINK", "BREW"):
        yield Case(f"method {method}", method, SOFTMAX, statuses=(400, 405))
    for path in ("/etc/passwd", "/proc/self/environ", "/static/....//....//etc/passwd",
                 "/.git/config",
                 "/static/%252e%252e/app/cli.py", "/static/samples/..;/../../app/cli.py",
                 "/static/%c0%ae%c0%ae/app/cli.py", "/api/v1/layers/..%00/conv", "/*",
                 "*"):  # fmt: skip
        yield got(f"listed address {path}", path, (*REFUSED, 307))
    for name in ("Origin", "Cookie", "X-Forwarded-For", "X-HTTP-Method-Override", "Forwarded",
                 "X-Original-URL", "Authorization", "TE", "Via", "X-Request-ID"):  # fmt: skip
        for value in ("../../etc/passwd", "\t", LONG, BRACES, "127.0.0.1", "DELETE", "\xff"):
            given = (("Content-Type", "application/json"), (name, value))
            body = json.dumps({"input": X}).encode()
            yield Case(f"{name}: {value[:12]!r}", "POST", SOFTMAX, body, given, (200,))


def refs() -> Iterator[Case]:
    """Yield refs that somebody guesses; they are of the right form."""
    for number in range(40):
        ref = urlsafe_b64encode(hashlib.sha256(bytes([number])).digest()[:24]).decode()
        yield got(f"guessed ref {number}", f"{TENSORS}/{ref}", (404,))
        yield posted(f"guessed ref {number}, used", SOFTMAX, {"input": {"ref": ref}}, (404,))
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        for path in (TENSORS, f"{TENSORS}/", f"{TENSORS}/*", f"{TENSORS}/.shares"):
            yield Case(f"refs: {method} {path}", method, path, statuses=(307, 404, 405))


def every_listed_case() -> list[Case]:
    """Return all of them."""
    makers = (pictures, arrays, hyperparameters, of_http, refs)
    return [case for make in makers for case in make()]
