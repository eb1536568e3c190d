"""Rows, one by one and as columns."""

from __future__ import annotations

import ctypes
import itertools
import json
import os
import pathlib
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple, Union, cast

from ._table import Table
from ._frames import pandas_frame, polars_frame
from ._library import (
    ROW_EXCLUDED,
    TOO_SMALL,
    ColumnDescription,
    FakegenError,
    Field,
    load_library,
)

_KINDS = ("text", "digits", "real", "integer", "boolean", "enumeration", "list")

# A model file's path or its bytes; None for the model that the library holds.
ModelSource = Union[None, str, "os.PathLike[str]", bytes, bytearray]
# One value of a row.
Value = Union[None, str, float, int, bool, List[Any], Dict[str, Any]]
# A row.
Row = Tuple[Value, ...]


class Column(NamedTuple):
    """What a field of a row holds."""

    #: The name.
    name: str
    #: text, digits, real, integer, boolean, enumeration or list.
    kind: str
    #: Digits after a real's point; 0 for other kinds.
    decimals: int
    #: Whether the field may be None.
    is_optional: bool
    #: The names of an enumeration's values.
    choices: Tuple[str, ...]


def _check_number(name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 64:
        raise ValueError(f"{name}: expected a whole number from 0 to 2^64 - 1, found {value!r}")
    return value


class Generator:
    """A maker of a model's rows, for one thread at a time; `copy()` gives another thread its own.

    `columns` describes the fields of a row, `names` are their names; `attribution` is the line that
    names the owner of the model's training data, which whoever shows its rows may have to show.
    """

    columns: Tuple[Column, ...]
    names: Tuple[str, ...]
    attribution: str

    def __init__(self, model: ModelSource = None, seed: int = 1, library: Optional[str] = None):
        """Loads a model. `model` is a model file's path or bytes, None for the library's own model;
        `library` the path of the C library."""
        self._handle = ctypes.c_void_p()
        self._library = load_library(library)
        self._seed = _check_number("seed", seed)
        if model is None or isinstance(model, (bytes, bytearray)):
            content = model
        else:
            content = pathlib.Path(model).read_bytes()
        message = ctypes.create_string_buffer(500)
        status = self._library.fakegen_create(
            # An empty model is not none.
            None if content is None else bytes(content) or b"\0",
            0 if content is None else len(content) or 1,
            seed,
            ctypes.byref(self._handle),
            message,
            len(message),
        )
        if status:
            source = "the model" if isinstance(model, (bytes, bytearray)) else model
            raise FakegenError(f"{source}: {message.value.decode()}")
        self._set_up()

    def _set_up(self) -> None:
        count = self._library.fakegen_column_count(self._handle)
        self.columns = tuple(self._column(index) for index in range(count))
        self.names = tuple(column.name for column in self.columns)
        self.attribution = self._text_of(self._library.fakegen_attribution)
        self._set_up_row()

    def _set_up_row(self) -> None:
        self._fields = (Field * len(self.columns))()
        self._size = ctypes.c_size_t()
        self._text = ctypes.create_string_buffer(1024)

    def _text_of(self, function: Any, *arguments: int) -> str:
        size = function(self._handle, *arguments, None, 0)
        text = ctypes.create_string_buffer(size + 1)
        function(self._handle, *arguments, text, len(text))
        return text.raw[:size].decode()

    def _column(self, index: int) -> Column:
        column = ColumnDescription()
        self._library.fakegen_describe_column(self._handle, index, ctypes.byref(column))
        return Column(
            self._text_of(self._library.fakegen_column_name, index),
            _KINDS[column.kind],
            column.decimals,
            bool(column.is_optional),
            tuple(
                self._text_of(self._library.fakegen_choice_name, index, choice)
                for choice in range(column.choices)
            ),
        )

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._library.fakegen_destroy(self._handle)
            self._handle = ctypes.c_void_p()

    @property
    def seed(self) -> int:
        """The seed, which tells the tables of one model apart; may be set."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        self._seed = _check_number("seed", seed)
        self._library.fakegen_set_seed(self._handle, seed)

    def copy(self) -> Generator:
        """Returns a generator with the same model, whose memory they share, and the same seed."""
        copy = object.__new__(Generator)
        copy._handle = ctypes.c_void_p()
        copy._library = self._library
        copy._seed = self._seed
        self._library.fakegen_copy(self._handle, ctypes.byref(copy._handle))
        copy.columns, copy.names, copy.attribution = self.columns, self.names, self.attribution
        copy._set_up_row()
        return copy

    def row(self, index: int) -> Row:
        """Returns row `index` as a tuple, in the order of `columns`."""
        _check_number("row", index)
        while (status := self._make(index)) == TOO_SMALL:
            self._text = ctypes.create_string_buffer(2 * self._size.value)
        if status == ROW_EXCLUDED:
            raise FakegenError(f"row {index}: the model must not print what it makes of it")
        assert status == 0
        text = ctypes.string_at(self._text, self._size.value)
        return tuple(
            self._value(column, field, text) for column, field in zip(self.columns, self._fields)
        )

    def _make(self, index: int) -> int:
        status: int = self._library.fakegen_row(
            self._handle,
            index,
            self._text,
            len(self._text),
            ctypes.byref(self._size),
            self._fields,
            len(self._fields),
        )
        return status

    @staticmethod
    def _value(column: Column, field: Field, text: bytes) -> Value:
        if field.is_null:
            return None
        if column.kind == "integer":
            return int(field.number)
        if column.kind == "boolean":
            return bool(field.number)
        plain = text[field.offset : field.offset + field.size].decode()
        if column.kind == "list":
            # A map is one too, and an object as JSON.
            return cast(Union[List[Any], Dict[str, Any]], json.loads(plain))
        return float(plain) if column.kind == "real" else plain

    def dict(self, index: int) -> Dict[str, Value]:
        """Returns row `index` as a dict whose keys are the columns' names."""
        return dict(zip(self.names, self.row(index)))

    def rows(self, start: int = 0, count: Optional[int] = None) -> Iterator[Row]:
        """Iterates over `count` rows from number `start` on; over all of them without `count`."""
        for index in self._indices(start, count):
            yield self.row(index)

    def dicts(self, start: int = 0, count: Optional[int] = None) -> Iterator[Dict[str, Value]]:
        """Iterates over the same rows as `rows`, as dicts."""
        for index in self._indices(start, count):
            yield self.dict(index)

    def table(self, count: int, start: int = 0, exact_decimals: bool = False) -> Table:
        """Returns `count` rows from number `start` on as columns, made when they are read: pyarrow,
        polars, DuckDB and others take them without copying. Their types are those that the rows
        have in SQL: digits are 64-bit integers, dates and times as ISO 8601 writes them are dates
        and times; lists are lists, of structs where their elements have fields. Reals are the nearest 64-bit numbers, with `exact_decimals` decimals."""
        _check_number("count", count)
        _check_number("start", start)
        if count + start > 1 << 64:
            raise ValueError(f"start: expected at most 2^64 - {count}, found {start}")
        return Table(self, start, count, exact_decimals)

    def frame(
        self,
        count: int,
        start: int = 0,
        to: str = "pandas",
        exact_decimals: bool = False,
        threads: Optional[int] = None,
    ) -> Any:
        """Returns `count` rows from number `start` on as a data frame of pandas, or of polars with
        `to="polars"`. The types are those of `table`. `threads` threads make the rows, which do not
        depend on it; as many as there are processors without it."""
        if to not in ("pandas", "polars"):
            raise ValueError(f"to: expected 'pandas' or 'polars', found {to!r}")
        if threads is not None and _check_number("threads", threads) == 0:
            raise ValueError("threads: expected at least 1, found 0")
        make = pandas_frame if to == "pandas" else polars_frame
        return make(self.table(count, start, exact_decimals), threads)

    @staticmethod
    def _indices(start: int, count: Optional[int]) -> Iterator[int]:
        _check_number("start", start)
        if count is None:
            return itertools.takewhile(lambda index: index < 1 << 64, itertools.count(start))
        return iter(range(start, start + _check_number("count", count)))

    def __iter__(self) -> Iterator[Row]:
        return self.rows()
