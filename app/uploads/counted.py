"""What a protobuf file holds, counted before it is parsed: two bytes can become a hundred."""

from typing import NamedTuple

import onnx
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from app.problems import TooLarge, Unreadable

_VARINT, _EIGHT, _LENGTH, _FOUR = 0, 1, 2, 5
_FIXED = {_EIGHT: 8, _FOUR: 4}
_LONGEST_VARINT = 10
# Numbers that take one byte each in a file, and eight in memory.
_PACKED = frozenset(
    {
        FieldDescriptor.TYPE_INT64,
        FieldDescriptor.TYPE_INT32,
        FieldDescriptor.TYPE_UINT64,
        FieldDescriptor.TYPE_ENUM,
    }
)


class _Span(NamedTuple):
    """A message within the file."""

    place: int
    stop: int
    kind: Descriptor


def count_fields(data: bytes, most: int) -> int:
    """Count what an ONNX file will become when it is parsed; of numbers as bytes nothing.

    Args:
        data: the file.
        most: where to give up.

    Raises:
        Unreadable: it is no such file.
        TooLarge: it has more.
    """
    found, open_ = 0, [_Span(0, len(data), onnx.ModelProto.DESCRIPTOR)]
    while open_:
        place, stop, kind = open_.pop()
        fields = kind.fields_by_number
        while place < stop:
            key, place = _varint(data, place, stop)
            start, place = _skipped(data, place, stop, key & 7)
            found += 1
            field = fields.get(key >> 3)
            if field is not None and key & 7 == _LENGTH:
                if field.message_type is not None:
                    open_.append(_Span(start, place, field.message_type))
                elif field.type in _PACKED:
                    found += place - start
                elif field.type == FieldDescriptor.TYPE_STRING:
                    _check_text(data[start:place])
            if found > most:
                raise TooLarge("this file has more than {most} parts", most=most)
    return found


def _check_text(text: bytes) -> None:
    """Refuse a name that is no text: where one is expected, bytes would come."""
    try:
        text.decode()
    except UnicodeDecodeError:
        raise _no_file() from None


def _skipped(data: bytes, place: int, stop: int, wire: int) -> tuple[int, int]:
    """Return where a field's value starts and ends."""
    if wire == _LENGTH:
        length, place = _varint(data, place, stop)
        end = place + length
    elif wire == _VARINT:
        _, end = _varint(data, place, stop)
    elif wire in _FIXED:
        end = place + _FIXED[wire]
    else:
        raise _no_file()
    if end > stop:
        raise _no_file()
    return place, end


def _varint(data: bytes, place: int, stop: int) -> tuple[int, int]:
    """Return a number and where the next thing stands."""
    value = 0
    for step in range(_LONGEST_VARINT):
        if place + step >= stop:
            break
        byte = data[place + step]
        value |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:
            return value, place + step + 1
    raise _no_file()


def _no_file() -> Unreadable:
    return Unreadable("this is not an ONNX file, or only a part of one")
