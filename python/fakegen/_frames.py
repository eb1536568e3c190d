"""Table as data frames of pandas and polars."""

from __future__ import annotations

import ctypes
import datetime
import decimal
from typing import Any, Callable, Optional

from ._capsules import ArrowArray, ArrowSchema, structure
from ._table import Table


def polars_frame(table: Table, threads: Optional[int]) -> Any:
    """Returns a `polars.DataFrame` that reads the rows where they were made."""
    import polars

    frames = [polars.DataFrame(batch) for batch in table.batches(threads)]
    return polars.concat(frames, rechunk=False) if frames else polars.DataFrame(table)


def pandas_frame(table: Table, threads: Optional[int]) -> Any:
    """Returns a `pandas.DataFrame`. Columns that may be null have types that tell: Int64, boolean,
    NaN among reals and texts, NaT among moments."""
    import pandas

    batches = [batch.__arrow_c_array__() for batch in table.batches(threads)]
    types = table.__arrow_c_schema__()
    schema = structure(types, ArrowSchema)
    arrays = [structure(values, ArrowArray) for _, values in batches]
    series = []
    for index in range(schema.n_children):
        field = schema.children[index].contents
        parts = [array.children[index].contents for array in arrays]
        series.append(_series(field, parts))
    frame = pandas.concat(series, axis=1) if series else pandas.DataFrame()
    frame.columns = list(table.names)
    return frame


def _series(field: Any, parts: list[Any]) -> Any:
    import numpy
    import pandas

    kind = field.format.decode()
    missing: Any = None
    if field.flags & 2:
        missing = ~numpy.concatenate([_bits(part, 0) for part in parts] or [numpy.empty(0, bool)])
    if kind == "+L":
        return pandas.Series([value for part in parts for value in _plain(field, part)], dtype=object)
    if kind == "U":
        return _texts([text for part in parts for text in _strings(part)], missing)
    if kind == "b":
        values = numpy.concatenate([_bits(part, 1) for part in parts] or [numpy.empty(0, bool)])
        return pandas.Series(
            values if missing is None else pandas.arrays.BooleanArray(values, missing)
        )
    width = {"g": "f8", "tdD": "i4", "d": "(2,)i8"}.get(kind.split(":")[0], "i8")
    numbers = numpy.concatenate(
        [_numbers(part, width) for part in parts] or [numpy.empty(0, width)]
    )
    if kind == "l":
        return pandas.Series(
            numbers if missing is None else pandas.arrays.IntegerArray(numbers, missing)
        )
    if kind == "g":
        if missing is not None:
            numbers[missing] = numpy.nan
        return pandas.Series(numbers)
    if kind.startswith("d:"):
        scale = int(kind.split(",")[1])
        return _objects(numbers[:, 0], missing, lambda n: decimal.Decimal(n).scaleb(-scale))
    if kind == "ttu":
        return _objects(numbers, missing, _time)
    moments = numbers.astype("M8[D]").astype("M8[s]") if kind == "tdD" else numbers.view("M8[us]")
    if missing is not None:
        moments[missing] = numpy.datetime64("NaT")
    result = pandas.Series(moments)
    return result.dt.tz_localize("UTC") if kind == "tsu:UTC" else result


def _plain(field: Any, part: Any) -> list[Any]:
    """The values of a list, or of what lies in one: None for null."""
    kind = field.format.decode()
    children = [
        (field.children[index].contents, part.children[index].contents)
        for index in range(field.n_children)
    ]
    if kind == "+s":
        names = [child.name.decode() for child, _ in children]
        return [dict(zip(names, row)) for row in zip(*(_plain(*child) for child in children))]
    if kind == "+L":
        ((inner, elements),) = children
        items = _plain(inner, elements)
        offsets = (ctypes.c_int64 * (part.length + 1)).from_address(part.buffers[1])[:]
        values: list[Any] = [items[start:end] for start, end in zip(offsets, offsets[1:])]
    else:
        values = _series(field, [part]).astype(object).tolist()
    if field.flags & 2:
        values = [value if there else None for value, there in zip(values, _bits(part, 0))]
    return values


def _numbers(part: Any, width: str) -> Any:
    import numpy

    kind = numpy.dtype(width)
    memory = (ctypes.c_char * (part.length * kind.itemsize)).from_address(part.buffers[1])
    return numpy.frombuffer(memory, kind)


def _bits(part: Any, buffer: int) -> Any:
    import numpy

    memory = (ctypes.c_uint8 * ((part.length + 7) // 8)).from_address(part.buffers[buffer])
    bits = numpy.frombuffer(memory, numpy.uint8)
    return numpy.unpackbits(bits, count=part.length, bitorder="little").astype(bool)


def _strings(part: Any) -> list[str]:
    offsets = (ctypes.c_int64 * (part.length + 1)).from_address(part.buffers[1])[:]
    plain = ctypes.string_at(part.buffers[2], offsets[-1])
    spans = zip(offsets, offsets[1:])
    if plain.isascii():
        text = plain.decode()
        return [text[start:end] for start, end in spans]
    return [plain[start:end].decode() for start, end in spans]


def _texts(texts: list[Any], missing: Any) -> Any:
    import numpy
    import pandas

    if missing is not None:
        for index in numpy.flatnonzero(missing):
            texts[index] = None
    # Before version 3 texts are objects.
    kind = "str" if int(pandas.__version__.split(".")[0]) >= 3 else object
    return pandas.Series(texts, dtype=kind)


def _objects(numbers: Any, missing: Any, value: Callable[[int], Any]) -> Any:
    import pandas

    values = [value(number) for number in numbers.tolist()]
    if missing is not None:
        values = [None if gone else value for value, gone in zip(values, missing)]
    return pandas.Series(values, dtype=object)


def _time(microseconds: int) -> datetime.time:
    seconds, fraction = divmod(microseconds, 1_000_000)
    return datetime.time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction)
