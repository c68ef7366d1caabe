"""Awkward requests, made here and not kept as files: a name, a request, what may come back."""

import io
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from PIL import Image, PngImagePlugin

from app.layers import FAMILIES
from tests.pngs import chunk, png_of

LAYERS = "/api/v1/layers"
CONV, SOFTMAX, POOLING = f"{LAYERS}/conv", f"{LAYERS}/softmax", f"{LAYERS}/pooling"
ACTIVATION, DENSE, TENSORS = f"{LAYERS}/activation", f"{LAYERS}/dense", "/api/v1/tensors"
CURVE, CURVES = "/api/v1/activations/relu/curve", "/api/v1/activations/curve"
MODEL = "/api/v1/models/one-conv"
X = [[float(r * 5 + c) for c in range(5)] for r in range(5)]
LONG = "s3cret" * 20
BRACES = "{name}{0.__class__}{template!r}%s%(x)s"

REFUSED = (400, 404, 405, 406, 413, 415, 422)
INVALID = (422,)
READ_OR_NOT = (200, 201, *REFUSED)


class Case(NamedTuple):
    """One request and the statuses that it may be answered with."""

    name: str
    method: str
    url: str
    content: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    statuses: tuple[int, ...] = REFUSED


def _typed(kind: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", kind),)


def posted(name: str, url: str, value: Any, statuses: tuple[int, ...] = REFUSED) -> Case:
    """Return a case that posts JSON, NaN and lone surrogates written as Python writes them."""
    return Case(name, "POST", url, json.dumps(value).encode(), _typed("application/json"), statuses)


def sent(name: str, url: str, kind: str, body: bytes, statuses: tuple[int, ...] = REFUSED) -> Case:
    """Return a case that posts bytes under a media type."""
    return Case(name, "POST", url, body, _typed(kind), statuses)


def got(name: str, url: str, statuses: tuple[int, ...] = REFUSED, **headers: str) -> Case:
    """Return a case that gets an address."""
    given = tuple((k.replace("_", "-"), v) for k, v in headers.items())
    return Case(name, "GET", url, headers=given, statuses=statuses)


# ---- pictures ----


def saved(picture: Image.Image, form: str, **how: Any) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    picture.save(file, form, **how)
    return file.getvalue()


def scans(jpeg: bytes, times: int) -> bytes:
    """Return a progressive JPEG whose last scan comes again and again."""
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * times + b"\xff\xd9"


def tiff_of(frames: int) -> bytes:
    """Return a TIFF of one pixel, many times."""
    tags = (
        (256, 1),
        (257, 1),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 0),
        (277, 1),
        (278, 1),
        (279, 1),
    )
    size = 2 + 12 * len(tags) + 4
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    file = struct.pack("<2sHI", b"II", 42, 8)
    for number in range(1, frames + 1):
        after = 8 + number * size if number < frames else 0
        file += struct.pack("<H", len(tags)) + entries + struct.pack("<I", after)
    return file


def _plain(mode: str = "RGB", size: tuple[int, int] = (7, 5)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


def _pictures() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    good, ok = saved(_plain(), "PNG"), (200,)
    yield "a plain one", good, ok
    bomb = zlib.compress(bytes(1626 * 1300), 9)
    yield "13000x13000 of one bit", png_of(13000, 13000, 1, 0, bomb), (413,)
    yield "2^31-1 wide", png_of(2**31 - 1, 1, 8, 0, b""), REFUSED
    yield "no pixels", png_of(0, 0, 8, 2, b""), REFUSED
    yield "one axis empty", png_of(5, 0, 8, 2, b""), REFUSED
    yield "no data", png_of(5, 5, 8, 2, b""), READ_OR_NOT
    yield "an odd depth", png_of(5, 5, 3, 2, b""), REFUSED
    text = zlib.compress(bytes(8_000_000), 9)
    yield (
        "zTXt bomb",
        png_of(1, 1, 8, 0, zlib.compress(b"\0\7"), chunk(b"zTXt", b"a\0\0" + text)),
        (READ_OR_NOT),
    )
    yield (
        "iCCP bomb",
        png_of(1, 1, 8, 0, zlib.compress(b"\0\7"), chunk(b"iCCP", b"a\0\0" + text)),
        (READ_OR_NOT),
    )
    for keep in (1, 8, 20, 33, 45, len(good) - 20, len(good) - 13):
        yield f"cut to {keep} bytes", good[:keep], READ_OR_NOT
    yield "a wrong checksum", good[:50] + b"\0" + good[51:], READ_OR_NOT
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        yield f"PNG of mode {mode}", saved(_plain(mode), "PNG"), ok
    yield "palette with transparency", saved(_plain("P"), "PNG", transparency=0), ok
    yield "grey with transparency", saved(_plain("L"), "PNG", transparency=0), ok
    yield "animated PNG", saved(_plain(), "PNG", save_all=True, append_images=[_plain("1")]), ok
    for mode in ("L", "RGB", "CMYK"):
        jpeg = saved(_plain(mode), "JPEG")
        yield f"JPEG of mode {mode}", jpeg, ok
        yield f"half a JPEG of mode {mode}", jpeg[: len(jpeg) // 2], READ_OR_NOT
    for n in (0, 1, 5, 6, 8, 9, 65535):
        exif = Image.Exif()
        exif[0x0112] = n
        yield f"EXIF orientation {n}", saved(_plain(), "JPEG", exif=exif), ok
    for name, odd in (("text", b"Exif\0\0MM\0*" + b"\xff" * 40), ("empty", b"Exif\0\0")):
        yield f"EXIF of {name}", saved(_plain(), "JPEG", exif=odd), READ_OR_NOT
    frames = [_plain("P"), _plain("P").rotate(90), _plain("P").rotate(180)]
    yield "animated GIF", saved(frames[0], "GIF", save_all=True, append_images=frames), ok
    yield "GIF and no frame", b"GIF89a\x05\0\x05\0\0\0\0;", READ_OR_NOT
    webp = saved(_plain(), "WEBP")
    yield "WebP", webp, ok
    yield "half a WebP", webp[: len(webp) // 2], READ_OR_NOT
    moving = saved(
        _plain(), "WEBP", save_all=True, append_images=[f.convert("RGB") for f in frames]
    )
    yield "animated WebP", moving, ok
    bmp = saved(_plain(), "BMP")
    yield "BMP", bmp, ok
    yield "BMP of 2^31 rows", bmp[:22] + struct.pack("<i", -(2**31)) + bmp[26:], REFUSED
    yield "BMP whose pixels are elsewhere", bmp[:10] + b"\xff\xff\xff\x7f" + bmp[14:], READ_OR_NOT
    for squeeze in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"):
        tiff = saved(_plain(), "TIFF", compression=squeeze)
        yield f"TIFF, {squeeze}", tiff, ok
        yield f"TIFF, {squeeze}, cut short", tiff[: len(tiff) * 2 // 3], READ_OR_NOT
    yield "TIFF of floats", saved(_plain("F"), "TIFF"), (415,)
    yield "TIFF of integers", saved(_plain("I"), "TIFF"), (415,)
    yield "TIFF that points at itself", b"II*\0\x08\0\0\0\0\0\x08\0\0\0", REFUSED
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>" * 50)
    jpeg = saved(_plain(), "JPEG", progressive=True)
    yield "a JPEG of 9 more scans", scans(jpeg, 9), ok
    yield "a JPEG of 5000 more scans", scans(jpeg, 5000), (400,)
    yield "a TIFF of 1500 frames", tiff_of(1500), ok
    yield "a polyglot of PNG and HTML", saved(_plain(), "PNG", pnginfo=info) + b"<html>", ok
    yield "a GIF with a script", b"GIF89a/*" + b"\0" * 9 + b"*/=1;alert(1)", READ_OR_NOT
    yield "SVG", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', (400,)
    yield "EPS", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", (400,)
    yield "text", b"hello {name}", (400,)
    yield "nothing", b"", REFUSED
    yield "PPM", b"P6 2 2 255\n" + bytes(12), (400,)
    yield "ICO", saved(_plain(size=(16, 16)), "ICO"), (400,)


def pictures() -> Iterator[Case]:
    """Yield pictures: as the whole body, to a tensor and to a network."""
    for name, data, statuses in _pictures():
        yield sent(f"picture: {name}", f"{CONV}?kernel=box&padding=1", "image/png", data, statuses)
    bomb = png_of(5000, 5000, 1, 0, zlib.compress(bytes(626 * 5000), 9))
    yield sent("picture: past the pixels", f"{MODEL}/predict", "image/png", bomb, (413,))
    good = saved(_plain(), "PNG")
    for size in ("100000x100000", "0x5", "5x0", "-1x5", "1e3x1", "5", "", "x", "9" * 60, "5 x 5"):
        yield multipart(
            f"picture: size {size[:20]}",
            f"{CONV}?kernel=box",
            [("input", good, "a.png"), ("input.size", size.encode(), None)],
            (413, 422),
        )
    for mode in ("CMYK", "", "l", BRACES, LONG, "[]"):
        yield multipart(
            f"picture: mode {mode[:20]}",
            f"{CONV}?kernel=box",
            [("input", good, "a.png"), ("input.mode", mode.encode(), None)],
            INVALID,
        )


# ---- .npy ----


def npy_of(header: str | bytes, data: bytes = b"", version: int = 1) -> bytes:
    """Return an .npy with whatever header."""
    text = header if isinstance(header, bytes) else header.encode("latin-1", "replace")
    size = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + size + text + data


def described(descr: Any, shape: Any, fortran: Any = False) -> str:
    """Return the header that NumPy would write for these."""
    return repr({"descr": descr, "fortran_order": fortran, "shape": shape})


def written(array: npt.NDArray[Any]) -> bytes:
    """Return an array as NumPy writes it, a pickle if it must."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def _arrays() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    ok, four = (200,), np.arange(4, dtype=np.float32)
    for version in (1, 2, 3):
        yield f"version {version}", npy_of(described("<f4", (4,)), four.tobytes(), version), ok
    for version in (0, 4, 255):
        yield f"version {version}", npy_of(described("<f4", (4,)), four.tobytes(), version), (400,)
    for descr in (">f4", ">f8", "<f2", "<i8", ">u2", "|b1", "|i1", "=f4", "f4", "<f16"):
        array = np.arange(4).astype(descr)
        yield f"type {descr}", npy_of(described(descr, (4,)), array.tobytes()), ok
    rows = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    yield "Fortran order", written(rows), ok
    for name, odd in {
        "objects": np.array([1, None], object),
        "complex": np.array([1j]),
        "text": np.array(["a"]),
        "bytes": np.array([b"a"]),
        "dates": np.array(["2026-01-01"], "datetime64[D]"),
        "spans": np.array([1], "timedelta64[s]"),
        "records": np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")]),
        "void": np.zeros(2, "V4"),
    }.items():
        yield name, written(odd), (415,)
    for descr in (
        "i,f4",
        "f=,>",
        "i,)f",
        "ba,,",
        "f,f,",
        ",,,,",
        "<f\xb2",
        "f\x00",
        "3f4",
        "<f3",
        "<b2",
        "O",
        "<m8",
        "",
        "__import__",
    ):
        yield f"odd type {descr!r}", npy_of(described(descr, (1,)), bytes(8)), REFUSED
    huge: tuple[Any, ...] = (
        (5,), (3,), (-4,), (2**63,), (2**31, 2**31), (0, 2**63 - 1), (0, 2**64), (0, 10**1000),
        (10**900, 0), (2**62, 4), (True,), (4.0,), ("4",), ((4,),), (None,), (1,) * 70, (0,) * 9,
    )  # fmt: skip
    for shape in huge:
        yield f"shape {str(shape)[:30]}", npy_of(described("<f4", shape), four.tobytes()), REFUSED
        yield f"shape {str(shape)[:30]}, empty", npy_of(described("<f4", shape)), REFUSED
    yield "a list for a shape", npy_of(described("<f4", [4]), four.tobytes()), REFUSED
    yield "no shape", npy_of("{'descr': '<f4', 'fortran_order': False}", four.tobytes()), REFUSED
    for text in (
        "__import__('os').system('true')",
        "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), 'x': 1}",
        "{'descr': '<f4', 'descr': 'O', 'fortran_order': False, 'shape': (4,)}",
        "{'descr': '<f4', 'fortran_order': 1, 'shape': (4,)}",
        "{[]: 1}", "{{}}", "(" * 3000, "[" * 4000, "-" * 4000 + "1", "1" * 4000, "{", "", "\0",
        "   {'descr': '<f4', 'fortran_order': False, 'shape': (4,)}\n x", "'\\d'", "9**9**9**9",
        "{**{}}", "lambda: 0", "{'descr': '" + LONG + "', 'fortran_order': False, 'shape': (4,)}",
    ):  # fmt: skip
        yield f"header {text[:30]!r}", npy_of(text, four.tobytes()), REFUSED
    yield "a header that is cut", npy_of(described("<f4", (4,)))[:20], REFUSED
    yield "a header of 4 GiB", b"\x93NUMPY\x02\0\xff\xff\xff\xff{}", REFUSED
    yield "the magic alone", b"\x93NUMPY", REFUSED
    yield "not UTF-8", npy_of(b"{'descr': '\xff\xfe'}", version=3), REFUSED
    yield "a pickle", b"\x80\x04cos\nsystem\n(S'true'\ntR.", REFUSED
    archive = io.BytesIO()
    np.savez(archive, a=four)
    yield "an .npz", archive.getvalue(), REFUSED
    extremes = np.array([np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, -0.0], np.float32)
    yield "NaN, infinities, extremes", written(extremes), ok
    yield "too large for float32", written(np.array([1e300, -1e300])), INVALID
    yield "no axis", written(np.array(1.0)), ok
    yield "no element", written(np.zeros((0, 3), np.float32)), ok


def arrays() -> Iterator[Case]:
    """Yield .npy bodies."""
    for name, data, statuses in _arrays():
        yield sent(f"npy: {name}", SOFTMAX, "application/x-npy", data, statuses)
    extremes = written(np.array([[np.nan, np.inf], [-np.inf, 3.4e38], [-3.4e38, 0]], np.float32))
    for form in ("json", "npy", "png", "safetensors"):
        for url in (
            f"{ACTIVATION}?function=relu",
            f"{POOLING}?kernel_size=1",
            f"{CONV}?kernel=box",
        ):
            yield sent(
                f"npy: extremes as {form}, {url[15:30]}",
                f"{url}&padding=0&format={form}" if "relu" not in url else f"{url}&format={form}",
                "application/x-npy",
                extremes,
                (200, 422),
            )


# ---- JSON ----


def bodies() -> Iterator[Case]:
    """Yield JSON, broken or odd."""
    texts: dict[str, bytes] = {
        "nothing": b"",
        "null": b"null",
        "a number": b"1",
        "text": b'"1"',
        "a list": b"[1,2]",
        "NaN": b'{"input":[NaN]}',
        "Infinity": b'{"input":[Infinity]}',
        "1e999": b'{"input":[1e999]}',
        "100000 levels": b'{"input":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "1000 levels": b'{"input":' + b"[" * 1000 + b"1" + b"]" * 1000 + b"}",
        "1000 levels in dtype": b'{"input":{"data":[1],"dtype":'
        + b"[" * 1000
        + b"]" * 1000
        + b"}}",
        "1000 objects": b'{"input":' + b'{"a":' * 1000 + b"1" + b"}" * 1000 + b"}",
        "1000 levels in shape": b'{"input":{"data":[1],"shape":' + b"[" * 990 + b"]" * 990 + b"}}",
        "a lone surrogate": b'{"input":["\\ud800"]}',
        "a lone surrogate as a name": b'{"\\ud800":1}',
        "UTF-16": '{"input":[1]}'.encode("utf-16"),
        "5000 digits": b'{"input":[' + b"9" * 5000 + b"]}",
        "-5000 digits": b'{"input":[-' + b"9" * 5000 + b"]}",
        "two values": b'{"input":[1]}{"input":[1]}',
        "a comment": b'{"input":[1] /* */}',
        "a NUL": b'{"input":[1]}\0',
        "ragged": b'{"input":[[1,2],[3]]}',
        "an empty row": b'{"input":[[1],[]]}',
        "a number beside a list": b'{"input":[[1],2]}',
        "null in it": b'{"input":[[1,null]]}',
        "true in it": b'{"input":[[1,true]]}',
        "text in it": b'{"input":[[1,"1"]]}',
        "only text": b'{"input":["' + LONG.encode() + b'"]}',
        "text for a tensor": b'{"input":"' + LONG.encode() + b'"}',
        "a tensor of the wrong keys": json.dumps({"input": {LONG: 1, BRACES: 2}}).encode(),
        "5000 unknown keys of a tensor": json.dumps(
            {"input": {f"{LONG[:30]}{i}": 1 for i in range(5000)}}
        ).encode(),
        "5000 unknown fields": json.dumps({f"strid{i}": 1 for i in range(5000)}).encode(),
        "9 axes": b'{"input":' + b"[" * 9 + b"1" + b"]" * 9 + b"}",
    }
    most = 16 * 2**20 // 5
    texts["3 million texts"] = b'{"input":[' + b'"",' * most + b"1]}"
    texts["3 million rows, the last longer"] = b'{"input":[' + b"[1]," * most + b"[1,2]]}"
    for name, text in texts.items():
        yield sent(f"json: {name}", SOFTMAX, "application/json", text)
    marked = b'\xef\xbb\xbf{"input":[1]}'
    yield sent("json: a byte order mark", SOFTMAX, "application/json", marked, (200,))
    yield sent(
        "json: a name twice", SOFTMAX, "application/json", b'{"input":[1],"input":[2]}', INVALID
    )
    for name, value in {
        "shape of another size": {"shape": [2], "data": [1]},
        "negative": {"shape": [-1], "data": [1]},
        "0 by 2^63-1": {"shape": [0, 2**63 - 1], "data": []},
        "0 by 2^64-1": {"shape": [0, 2**64 - 1], "data": []},
        "2^62 by 4": {"shape": [2**62, 4], "data": []},
        "2^63 thrice": {"shape": [2**63] * 3, "data": [1]},
        "100 axes": {"shape": [1] * 100, "data": [1]},
        "shape null": {"shape": None, "data": [1]},
        "shape text": {"shape": "1", "data": [1]},
        "shape true": {"shape": [True], "data": [1]},
        "data null": {"data": None},
        "data text": {"data": LONG},
        "data an object": {"data": {"data": [1]}},
        "dtype null": {"data": [1], "dtype": None},
        "dtype a list": {"data": [1], "dtype": ["float32"]},
        "dtype an object": {"data": [1], "dtype": {"a": 1}},
        "dtype long": {"data": [1], "dtype": LONG},
        "dtype braces": {"data": [1], "dtype": BRACES},
        "2^63 as int64": {"data": [2**63], "dtype": "int64"},
        "2^64-1 as int32": {"data": [2**64 - 1], "dtype": "int32"},
        "-1 as uint8": {"data": [-1], "dtype": "uint8"},
        "2 as bool": {"data": [2], "dtype": "bool"},
        "nothing in it": {},
        "a ref and more": {"ref": "x", "data": [1]},
    }.items():
        yield posted(f"json tensor: {name}", SOFTMAX, {"input": value})
    half = {"input": {"data": [1e30], "dtype": "float16"}}
    yield posted("json tensor: 1e30 as float16", SOFTMAX, half, (200, 422))
    for number, ref in enumerate(
        ("", "x", "../" * 10 + "etc/passwd", "A" * 31, "A" * 32, "A" * 33, "%2e%2e", "\0" * 32,
         LONG, 1, None, True, ["A" * 32], {"ref": "x"}, 1e300)
    ):  # fmt: skip
        yield posted(f"ref {number}", SOFTMAX, {"input": {"ref": ref}})


# ---- every parameter of every layer ----

ODD: dict[str, Any] = {
    "0": 0, "-1": -1, "10^9": 10**9, "2^31-1": 2**31 - 1, "2^63": 2**63, "2^64": 2**64,
    "-2^63": -(2**63), "1.5": 1.5, "1e308": 1e308, "1e-320": 1e-320, "NaN": float("nan"),
    "empty text": "", "text": "x", "[]": [], "[[1]]": [[1]], "[{}]": [{}], "{}": {},
    "{a}": {"a": 1}, "true": True, "long": LONG, "braces": BRACES, "[1]*1000": [1] * 1000,
    "[null]": [None], "[big]": [2**31 - 1] * 2, "[text]": [LONG], "[braces]": [BRACES, BRACES],
}  # fmt: skip
_GOOD: dict[str, dict[str, Any]] = {
    "conv": {"input": X, "out_channels": 1},
    "dense": {"input": [1, 2, 3], "out_features": 2},
    "prelu": {"input": [1, -2], "weight": [0.1]},
}


def parameters() -> Iterator[Case]:
    """Yield each odd value for each parameter of each layer; an odd one may be a good one."""
    for family in FAMILIES.values():
        for tag, layer in family.variants.items():
            base = _GOOD.get(tag) or _GOOD.get(family.name) or {"input": X}
            chosen = {family.selector: tag} if family.selector else {}
            if layer is family.first:
                names = [*layer.model_fields, "device", "format", "colormap", "scale", BRACES]
                names += [family.selector] if family.selector else []
            else:
                names = [n for n in layer.model_fields if n not in family.first.model_fields]
            for name in names:
                for label, value in ODD.items():
                    body = {**base, **chosen, name: value}
                    title = f"{family.name} {tag}: {name[:20]} = {label}"
                    yield posted(title, f"{LAYERS}/{family.name}", body, READ_OR_NOT)


# ---- forms, queries, headers ----


def multipart(
    name: str,
    url: str,
    parts: Iterable[tuple[str, bytes, str | None]],
    statuses: tuple[int, ...] = REFUSED,
) -> Case:
    """Return a case that posts a form: (name, data, file name or None)."""
    body = b""
    for part, data, file in parts:
        said = f'form-data; name="{part}"' + (f'; filename="{file}"' if file else "")
        body += f"--b\r\nContent-Disposition: {said}\r\n\r\n".encode() + data + b"\r\n"
    return sent(name, url, "multipart/form-data; boundary=b", body + b"--b--\r\n", statuses)


def forms() -> Iterator[Case]:
    """Yield forms and queries, broken or odd."""
    kind = "multipart/form-data; boundary=b"
    field = b'--b\r\nContent-Disposition: form-data; name="input"\r\n\r\n[1]\r\n'
    end = b"--b--\r\n"
    yield sent("form: good", SOFTMAX, kind, field + end, (200,))
    # As JSON each of these bytes is six.
    loud = [(f"name{n}", b"\x01" * 1_000_000, None) for n in range(20)]
    yield multipart("form: long values of control characters", SOFTMAX, loud, INVALID)
    for name, head in {
        "no name": b"form-data",
        "an empty name": b'form-data; name=""',
        "a name of another charset": b"form-data; name*=nothing''input",
        "a name of a broken charset": b"form-data; name*=utf-16''%ff",
        "half a name": b"form-data; name*0*=utf-8''a; name*9=b",
        "braces": b'form-data; name="{name}{0.__class__}"',
        "not UTF-8": b'form-data; name="\xff\xfe"',
        "a long name": b'form-data; name="' + LONG.encode() * 30 + b'"',
        "an endless name": b'form-data; name="' + b"a" * 100_000 + b'"',
        "an open quote": b'form-data; name="input',
        "many options": b"form-data" + b"; a=b" * 1500 + b'; name="q"',
        "backslashes": b'form-data; name="' + b'\\"' * 3000 + b'"',
        "a NUL": b'form-data; name="\0"',
    }.items():
        body = b"--b\r\nContent-Disposition: " + head + b"\r\n\r\n1\r\n" + end
        yield sent(f"form: {name}", SOFTMAX, kind, field + body)
    for name, body in {
        "no end": field,
        "nothing": b"",
        "only an end": end,
        "another boundary": field.replace(b"--b", b"--c") + b"--c--",
        "twice": field * 2 + end,
        "no headers": b"--b\r\n\r\n[1]\r\n" + end,
        "a header bomb": b"--b\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n1\r\n" + end,
        "a long header": b"--b\r\nX-A: " + b"b" * 1_000_000 + b"\r\n\r\n1\r\n" + end,
        "bare newlines": field.replace(b"\r\n", b"\n") + end,
        "only dashes": b"-" * 1000,
        "no colon": b"--b\r\nContent-Disposition\r\n\r\n1\r\n" + end,
        "100000 parts": field * 100_000 + end,
        "what comes after": field + end + b"more" * 1000,
    }.items():
        yield sent(f"form: {name}", SOFTMAX, kind, body, READ_OR_NOT)
    for odd in (
        "", "; boundary=", "; boundary=c", "; boundary=" + "b" * 5000, "; boundary=\xe9",
        "; boundary*=x''b", "; boundary=b; boundary=c", '; boundary="b', ";;;=;",
    ):  # fmt: skip
        name, text = f"form: type {odd[:20]}", f"multipart/form-data{odd}"
        yield Case(name, "POST", SOFTMAX, field + end, _typed(text), READ_OR_NOT)
    form = "application/x-www-form-urlencoded"
    for name, text in {
        "twice": "input=[1]&input=[2]",
        "1000 fields": "&".join(f"a{i}=1" for i in range(1000)),
        "%00": "input=%00",
        "%00 as a name": "%00=1&input=[1]",
        "half an escape": "input=%&a=%zz",
        "a surrogate": "input=[1]&%ED%A0%80=%ED%A0%80",
        "only commas": "input=" + "," * 1000,
        "nan": "input=nan,inf",
        "braces": f"input=[1]&{quote(BRACES)}={quote(BRACES)}",
        "an empty ref": "input=ref:",
        "a list of refs": "input=ref:a,ref:b",
    }.items():
        yield sent(f"urlencoded: {name}", SOFTMAX, form, text.encode())
        yield Case(f"query: {name}", "POST", f"{SOFTMAX}?{text}")
    yield sent("urlencoded: not UTF-8", SOFTMAX, form, b"input=[1]&\xff=\xfe")
    yield sent("urlencoded: 1 MB of one value", SOFTMAX, form, b"dim=" + b"1" * 1_000_000)
    json_form = _typed("application/json")
    for text in ("format=", "format=JSON", f"format={LONG}", "format=json&format=npy", "device=",
                 "format[]=json", "format=png&colormap=x", "format=png&scale={name}",
                 "format=png&colormap=[[1]]", "format=png&scale={}", "fields=nothing",
                 "output=ref!", "refs={}&format=1", "dim=%2", "=", "&&&;=", "?",
                 "%F0%9F%98%80=1"):  # fmt: skip
        body = b'{"input":[1,2]}'
        yield Case(f"query: {text[:30]}", "POST", f"{SOFTMAX}?{text}", body, json_form, READ_OR_NOT)


_ACCEPTS = (
    "", "*", "text/html", "*/*;q=0", "application/json;q=nan", "application/json;q=-1", ";;;,,,",
    "image/png;q=1e999, application/json", "a/b," * 5000, "application/json; q=0.5; q=x", "\xe9",
    "image/*", "application/*;q=0.1", "application/json;version=2",
)  # fmt: skip
_LANGUAGES = (
    "", "*", "zh", "zh;q=nan, en", "xx-YY;q=inf", "../../etc;q=1", "zh" * 5000, ",,,;q=;q=",
    "en;q=-1,zh;q=0", "zh-Hans-CN-x-a;q=0.3", "{name}", "\xe9",
)  # fmt: skip
_TYPES = (
    "", "application/json; charset=utf-16", "APPLICATION/JSON", "application/json;;;", "text/plain",
    "text/json", "application/octet-stream", "image/", "application/x-npy; a=b", LONG, BRACES,
    "application/problem+json", "\xe9/\xe9", "multipart/mixed; boundary=b",
)  # fmt: skip


def headers() -> Iterator[Case]:
    """Yield odd headers."""
    good = b'{"input":[1,2]}'
    for odd in _TYPES:
        yield sent(f"type {odd[:25]}", SOFTMAX, odd, good, READ_OR_NOT)
    yield Case("type missing", "POST", SOFTMAX, good, statuses=READ_OR_NOT)
    yield Case("type missing, no body", "POST", SOFTMAX)
    for number, odd in enumerate(_ACCEPTS):
        both = (*_typed("application/json"), ("Accept", odd))
        yield Case(f"accept {number}", "POST", SOFTMAX, good, both, READ_OR_NOT)
        yield got(f"accept {number} of a curve", CURVE, (200, 406), Accept=odd)
    for number, odd in enumerate(_LANGUAGES):
        both = (*_typed("application/json"), ("Accept-Language", odd))
        yield Case(f"language {number}", "POST", SOFTMAX, b'{"input":["1"]}', both)
        yield got(f"language {number} of a page", "/docs", (200,), Accept_Language=odd)
    for odd in ("[", "a b", "a?b", "a#b", "]", "[::1", "\xe9", "a/b", "x" * 3000):  # fmt: skip
        for url in ("/en/", "/en/conv", "/", "/en", f"{MODEL}", "/nothing", CURVE):
            yield got(f"host {odd[:9]!r} {url}", url, (200, 307, 400, 404), Host=odd)
    given = (("Host", "["), *_typed("application/json"))
    yield Case("host [ and a tensor", "POST", TENSORS, good, given, (201, 400))
    yield Case("host [ and a network", "POST", f"{MODEL}/predict", good, given, REFUSED)


# ---- explanations, curves, networks, addresses ----

_PLACES: tuple[Any, ...] = (
    None, [], [[]], [0], [0, 0, 0, 0], [[0, 0], [0]], [0, 5], [-1, 0], [2**63, 0], [1.5, 0], "0,0",
    [True, 0], [None, 0], {}, [{}], [[0, 0]] * 257, [[[0, 0]]], 0, LONG, [LONG], [[0, 0], None],
)  # fmt: skip


def explanations() -> Iterator[Case]:
    """Yield odd places, limits and orders; windows that nothing can list."""
    for number, at in enumerate(_PLACES):
        body = {"input": X, "at": at}
        yield posted(f"explain: at {number}", f"{SOFTMAX}/explain", body, INVALID)
        body = {"input": np.zeros((3, 32, 32)).tolist(), "node": 0, "at": at}
        yield posted(f"explain network: at {number}", f"{MODEL}/explain", body, (200, 422))
    for name, value in ODD.items():
        for option in ("limit", "order"):
            body = {"input": X, "at": [0, 0], option: value}
            yield posted(f"explain: {option} {name}", f"{SOFTMAX}/explain", body, (200, 422, 400))
        for option in ("node", "limit"):
            body = {
                "input": np.zeros((3, 32, 32)).tolist(),
                "node": 0,
                "at": [0] * 4,
                option: value,
            }
            yield posted(f"network: {option} {name}", f"{MODEL}/explain", body, (200, 422, 400))
    many = {"input": X, "at": [0, 0, 0, 0]}
    wide = {"kernel_size": 2**31 - 1, "padding": 2**31 - 2}
    for mode in ("max", "avg", "lp"):
        body = {**many, **wide, "mode": mode}
        yield posted(f"explain: {mode} of 2^62 cells", f"{POOLING}/explain", body, (413,))
    body = {**many, "out_channels": 1, "kernel_size": 2000, "padding": 1999}
    yield posted("explain: conv of 4 million cells", f"{CONV}/explain", body, (413,))
    body = {**many, "out_channels": 1, "kernel_size": 2000, "padding": 1999, "stride": 9999}
    yield posted("explain: conv of 4 million terms", f"{CONV}/explain", body, (413,))
    body = {"input": [1.0] * 3000, "out_features": 256, "at": [[0, i] for i in range(256)]}
    yield posted("explain: dense, 768000 terms", f"{DENSE}/explain", body, (413,))
    sums = {"input": [[3.4e38, 3.4e38]], "weight": [[[[3.4e38, 3.4e38]]]], "at": [0, 0, 0, 0]}
    yield posted("explain: a sum past float32", f"{CONV}/explain", sums, (200,))
    extremes = written(np.array([[np.nan, np.inf], [-np.inf, 0]], np.float32))
    for url in (
        f"{POOLING}/explain?at=[0,0,0,0]",
        f"{POOLING}/explain?mode=lp&at=[0,0,0,0]",
        f"{SOFTMAX}/explain?at=[0,0]",
        f"{ACTIVATION}/explain?function=elu&at=[1,0]",
        f"{CONV}/explain?out_channels=1&padding=1&at=[0,0,0,0]&order=contribution",
    ):
        yield sent(f"explain: NaN, {url[15:50]}", url, "application/x-npy", extremes, (200,))


def curves() -> Iterator[Case]:
    """Yield odd ranges, sizes and lists of functions."""
    either = (200, *REFUSED)
    for text in (
        "num=0", "num=1", "num=-1", "num=10001", "num=1e3", "num=99999999999999999999", "num=nan",
        "num=", "num=" + "9" * 5000, "start=nan", "start=inf&stop=-inf", "start=-inf", "stop=inf",
        "start=1&stop=1", "start=5&stop=-5", "start=x", "start=1e7&stop=1e8", "layout=x",
        "format=x", "format=", f"format={LONG}", "ylim=1", "ylim=1,0", "ylim=nan,1", "ylim=0,inf",
        "ylim=a,b", "ylim=" + "1,2," * 2000, "alpha=1", "num=200&num=300", "ylim=1,1",
        "negative_slope=1", BRACES + "=1", f"layout={LONG}", "function=relu", "start=null",
    ):  # fmt: skip
        for form in ("json", "svg"):
            url = f"{CURVE}?{text}" + ("" if "format" in text else f"&format={form}")
            yield got(f"curve: {text[:30]} as {form}", url, either)
    for text in (
        "start=1&stop=1.00000001", "start=0&stop=1e-320", "start=0&stop=1e-44", "ylim=0,5e-324",
        "ylim=-1e308,1e308", "ylim=-1.7e308,1.7e308", "ylim=1,1.0000000000000002", "ylim=0,1e-300",
        "ylim=1e300,1.0000000000000002e300", "ylim=-1e-310,1e-310", "start=-1e6&stop=1e6", "num=2",
        "start=999999.9&stop=1e6", "num=10000",
    ):  # fmt: skip
        for form in ("svg", "png"):
            url = f"{CURVE}?{text}&format={form}"
            yield got(f"curve: {text[:30]} as {form}", url, (200, 422))
    for name, text in {
        "elu": "alpha=3e38",
        "celu": "alpha=1e-38",
        "leaky_relu": "negative_slope=-3e38",
        "softplus": "beta=3e38",
        "threshold": "value=-3e38",
        "hardtanh": "min_val=3e38",
        "elu?": "alpha=nan",
    }.items():
        for form in ("json", "svg", "png", "npy"):
            url = f"/api/v1/activations/{name.strip('?')}/curve?{text}&format={form}"
            yield got(f"curve: {name} {text} as {form}", url, (200, 422))
    for text in ("", "functions=", "functions=,", "functions=nothing", f"functions={BRACES}",
                 f"functions={LONG}", "functions=relu,", "functions=" + "relu," * 3000 + "relu",
                 "functions=" + ",".join(["relu"] * 25) + "&num=10000&format=svg",
                 "functions=relu&functions=tanh", "functions=relu&ylim=1,2,3,4"):  # fmt: skip
        yield got(f"curves: {text[:40]}", f"{CURVES}?{text}", (200, 404, 413, 422))
    yield got("curve of nothing", "/api/v1/activations/%7Bname%7D/curve", (404,))
    yield got("curve of a long name", f"/api/v1/activations/{LONG}/curve", (404,))


def addresses() -> Iterator[Case]:
    """Yield addresses that are not there, methods that are not there, ways out of the folder."""
    for path in (
        "/xx/conv", "/en/nothing", "/en/..", "/en/%2e%2e/", "/en/conv/", "/en/conv%00", "/%00",
        "/en//", "//", "//evil.example/", "/en/%7Bname%7D", "/zh/%ED%A0%80", "/static/",
        "/static/%00",
        "/static/../app/cli.py", "/static/%2e%2e/app/cli.py", "/static/..%2fapp%2fcli.py",
        "/static/%5c..%5capp", "/static//etc/passwd", "/static/" + "a" * 300,
        "/static/" + "a/" * 900,
        "/static/js", "/static/css/../../pyproject.toml", "/api/v1/layers/", "/api/v1/layers/%00",
        "/api/v1/layers/conv", f"{LAYERS}/{LONG}", "/api/v1/models/nothing",
        "/api/v1/models/%2e%2e",
        "/api/v1/models/..%2f..%2fetc", f"/api/v1/models/{LONG}", "/api/v1/models/one-conv%00",
        "/api/v1/models/nothing/file", f"{MODEL}/tensors/nothing", f"{MODEL}/tensors/{LONG}",
        f"{MODEL}/tensors/%7B0%7D", f"{TENSORS}/x", f"{TENSORS}/" + "A" * 32, f"{TENSORS}/%00",
        f"{TENSORS}/..%2f..%2fetc%2fpasswd", f"{TENSORS}/.tmp", f"{TENSORS}/{LONG}",
        "/api/v1/activations//curve", "/docs/", "/openapi.json/", "/health/", "/EN/", "/.env",
    ):  # fmt: skip
        yield got(f"address {path[:40]}", path, (*REFUSED, 307))
    for text in ("?a=%00", "?" + "a" * 5000, "?a=%ED%A0%80", "?%7Bname%7D", "?a=<script>"):
        yield got(f"page {text[:20]}", f"/en/conv{text}", (200,))
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND"):
        for url in (CONV, "/en/", "/static/nothing", f"{MODEL}/predict", "/health/live", CURVE):
            statuses = (200, 404, 405)
            yield Case(f"{method} {url}", method, url, statuses=statuses)
    for url in (
        f"{LAYERS}/nothing",
        f"{LAYERS}/%7Bname%7D",
        f"{LAYERS}/conv/nothing",
        f"{MODEL}/run",
    ):
        yield posted(f"posted to {url}", url, {"input": [1]}, (404, 405))
    for name, value in ODD.items():
        yield posted(f"network: input {name}", f"{MODEL}/predict", {"input": value})
        yield posted(f"tensors: input {name}", TENSORS, {"input": value}, READ_OR_NOT)
        yield posted(f"tensors: data {name}", TENSORS, {"data": value}, READ_OR_NOT)


# ---- past a limit together ----


def together() -> Iterator[Case]:
    """Yield parameters that each may be, and that together cannot."""
    big, most = 2**31 - 1, 65536
    sets: dict[str, dict[str, Any]] = {
        "padding": {"out_channels": most, "padding": big},
        "stride and padding": {"out_channels": 1, "stride": big, "padding": big},
        "stride, padding, dilation": {
            "kernel": "box",
            "stride": big,
            "padding": big,
            "dilation": big,
        },
        "kernel and padding": {"out_channels": most, "kernel_size": big, "padding": big},
        "kernel 20000": {"out_channels": 1, "kernel_size": 20000, "padding": 10000},
        "a weight of 2^27": {"out_channels": most, "kernel_size": 45, "padding": 22, "stride": 99},
        "dilation": {"out_channels": 1, "kernel_size": 1, "dilation": big},
        "dilation same": {"out_channels": 1, "kernel_size": 2, "dilation": big, "padding": "same"},
        "replicate": {"kernel": "box", "padding": big, "padding_mode": "replicate", "stride": big},
        "circular": {"kernel": "box", "padding": 5, "padding_mode": "circular", "stride": big},
        "three axes": {"out_channels": 1, "spatial_dims": 3, "padding": 3000},
        "one axis": {"out_channels": 1, "spatial_dims": 1, "kernel_size": [1, 1]},
        "100000 filters": {"kernel": ["box"] * 100_000, "padding": 9},
        "groups": {"kernel": "box", "groups": most},
    }
    for name, body in sets.items():
        yield posted(f"conv: {name}", CONV, {"input": X, **body}, (200, 413, 422))
    windows: dict[str, dict[str, Any]] = {
        "kernel": {"kernel_size": big, "padding": big - 1},
        "kernel and stride": {"kernel_size": big, "padding": big - 1, "stride": big},
        "dilation": {"kernel_size": 2, "dilation": big, "padding": "same", "stride": big},
        "dilation, ceil": {"kernel_size": 1, "dilation": big, "stride": big, "ceil_mode": True},
        "stride, ceil": {"kernel_size": 2, "stride": big, "ceil_mode": True},
        "same": {"kernel_size": big, "padding": "same"},
        "same and stride": {"kernel_size": big, "padding": "same", "stride": big},
        "kernel 5000": {"kernel_size": 5000, "padding": 4999},
    }
    for mode in ("max", "avg", "lp"):
        for name, body in windows.items():
            given = {"input": X, "mode": mode, **body}
            yield posted(f"{mode}: {name}", POOLING, given, (200, 413, 422))
    yield posted("dense: 2^20", DENSE, {"input": [1.0] * 2000, "out_features": 2**20}, (413,))

    image = written(np.zeros((600, 600), np.float32))
    for mode in ("max", "avg", "lp"):
        url = f"{POOLING}?mode={mode}&kernel_size=200&stride=1"
        yield sent(f"{mode}: slow windows", url, "application/x-npy", image, (413,))
    for dilation in (4, 5):  # means over padding wider than the window, which one graph writes out
        url = f"{POOLING}?mode=avg&padding=same&dilation={dilation}&format=npy"
        yield sent(f"avg: same, dilation {dilation}", url, "application/x-npy", image, (200,))


@cache
def every_case() -> tuple[Case, ...]:
    """Return all of them, made once."""
    makers = (pictures, arrays, bodies, parameters, forms, headers, explanations, curves, addresses,
              together)  # fmt: skip
    return tuple(case for make in makers for case in make())
