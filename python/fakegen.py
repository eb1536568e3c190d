"""Made-up rows that look like the data a model was trained on.

    import fakegen
    rows = fakegen.Generator(seed=7)
    rows.row(42)                    # a tuple, by number
    rows.dict(42)                   # the same by the columns' names
    for row in rows.rows(count=3): print(row)

Row i is a pure function of the model, the seed and i. Texts and the digits of identifying integers
are `str`, reals `float`, integers `int`, booleans `bool`, an enumeration's values their names, null
is None. The module uses the C library, libfakegen: the one that the environment variable
FAKEGEN_LIBRARY names, the one beside this file or in the folder `lib` beside it (as in a release),
or the system's.
"""

import ctypes
import ctypes.util
import itertools
import os
import pathlib
import sys
from collections import namedtuple

__all__ = ["Column", "FakegenError", "Generator"]

_ABI_VERSION = 1
_BAD_MODEL = 2
_TOO_SMALL = 3
_ROW_EXCLUDED = 4
_KINDS = ("text", "digits", "real", "integer", "boolean", "enumeration")

Column = namedtuple("Column", "name kind decimals is_optional choices")


class FakegenError(Exception):
    """Raised if the library is missing or of another version, the model is invalid, or a row must
    not be printed."""


class _Column(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int32) for name in ("kind", "decimals", "is_optional", "choices")]


class _Field(ctypes.Structure):
    _fields_ = [
        ("offset", ctypes.c_size_t),
        ("size", ctypes.c_size_t),
        ("number", ctypes.c_int64),
        ("is_null", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
    ]


def _find_library():
    named = os.environ.get("FAKEGEN_LIBRARY")
    if named:
        return named
    name = "libfakegen.dylib" if sys.platform == "darwin" else "libfakegen.so.1"
    folder = pathlib.Path(__file__).parent
    for path in (folder / name, folder / "lib" / name):
        if path.exists():
            return str(path)
    return ctypes.util.find_library("fakegen") or name


def _load_library(path):
    try:
        library = ctypes.CDLL(path)
        version = library.fakegen_abi_version
    except (OSError, AttributeError) as error:
        raise FakegenError(
            f"{path}: expected the C library libfakegen: {error}; build it with "
            "scripts/builds/c-library and name it in FAKEGEN_LIBRARY"
        ) from None
    version.restype = ctypes.c_uint32
    if version() != _ABI_VERSION:
        raise FakegenError(
            f"{path}: expected interface version {_ABI_VERSION}, found {version()}; "
            "take the library and fakegen.py from one release"
        )
    size, pointer, text = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p
    number = ctypes.c_uint64
    for name, result, arguments in (
        ("create", ctypes.c_int32, (text, size, number, ctypes.POINTER(pointer), text, size)),
        ("copy", ctypes.c_int32, (pointer, ctypes.POINTER(pointer))),
        ("destroy", None, (pointer,)),
        ("attribution", size, (pointer, text, size)),
        ("column_count", size, (pointer,)),
        ("describe_column", ctypes.c_int32, (pointer, size, ctypes.POINTER(_Column))),
        ("column_name", size, (pointer, size, text, size)),
        ("choice_name", size, (pointer, size, size, text, size)),
        ("set_seed", ctypes.c_int32, (pointer, number)),
        (
            "row",
            ctypes.c_int32,
            (pointer, number, text, size, ctypes.POINTER(size), ctypes.POINTER(_Field), size),
        ),
    ):
        function = getattr(library, "fakegen_" + name, None)
        if function is None:
            raise FakegenError(
                f"{path}: expected the function fakegen_{name}, found none; "
                "take the library and fakegen.py from one release"
            )
        function.restype = result
        function.argtypes = arguments
    return library


def _check_number(name, value):
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 64:
        raise ValueError(f"{name}: expected a whole number from 0 to 2^64 - 1, found {value!r}")
    return value


class Generator:
    """A maker of a model's rows, for one thread at a time; `copy()` gives another thread its own.

    `columns` describes the fields of a row, `names` are their names; `attribution` is the line that
    names the owner of the model's training data, which whoever shows its rows may have to show.
    """

    def __init__(self, model=None, seed=1, library=None):
        """Loads a model. `model` is a model file's path or bytes, None for the library's own model;
        `library` the path of the C library."""
        self._handle = ctypes.c_void_p()
        self._library = _load_library(library or _find_library())
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

    def _set_up(self):
        count = self._library.fakegen_column_count(self._handle)
        self.columns = tuple(self._column(index) for index in range(count))
        self.names = tuple(column.name for column in self.columns)
        self.attribution = self._text_of(self._library.fakegen_attribution)
        self._fields = (_Field * count)()
        self._size = ctypes.c_size_t()
        self._text = ctypes.create_string_buffer(1024)

    def _text_of(self, function, *arguments):
        size = function(self._handle, *arguments, None, 0)
        text = ctypes.create_string_buffer(size + 1)
        function(self._handle, *arguments, text, len(text))
        return text.raw[:size].decode()

    def _column(self, index):
        column = _Column()
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

    def __del__(self):
        if getattr(self, "_handle", None):
            self._library.fakegen_destroy(self._handle)
            self._handle = None

    @property
    def seed(self):
        """The seed, which tells the tables of one model apart; may be set."""
        return self._seed

    @seed.setter
    def seed(self, seed):
        self._seed = _check_number("seed", seed)
        self._library.fakegen_set_seed(self._handle, seed)

    def copy(self):
        """Returns a generator with the same model, whose memory they share, and the same seed."""
        copy = object.__new__(Generator)
        copy._handle = ctypes.c_void_p()
        copy._library = self._library
        copy._seed = self._seed
        self._library.fakegen_copy(self._handle, ctypes.byref(copy._handle))
        copy._set_up()
        return copy

    def row(self, index):
        """Returns row `index` as a tuple, in the order of `columns`."""
        _check_number("row", index)
        while (status := self._make(index)) == _TOO_SMALL:
            self._text = ctypes.create_string_buffer(2 * self._size.value)
        if status == _ROW_EXCLUDED:
            raise FakegenError(f"row {index}: the model must not print what it makes of it")
        assert status == 0
        text = ctypes.string_at(self._text, self._size.value)
        return tuple(
            self._value(column, field, text) for column, field in zip(self.columns, self._fields)
        )

    def _make(self, index):
        return self._library.fakegen_row(
            self._handle,
            index,
            self._text,
            len(self._text),
            ctypes.byref(self._size),
            self._fields,
            len(self._fields),
        )

    @staticmethod
    def _value(column, field, text):
        if field.is_null:
            return None
        if column.kind == "integer":
            return field.number
        if column.kind == "boolean":
            return bool(field.number)
        plain = text[field.offset : field.offset + field.size].decode()
        return float(plain) if column.kind == "real" else plain

    def dict(self, index):
        """Returns row `index` as a dict whose keys are the columns' names."""
        return dict(zip(self.names, self.row(index)))

    def rows(self, start=0, count=None):
        """Iterates over `count` rows from number `start` on; over all of them without `count`."""
        for index in self._indices(start, count):
            yield self.row(index)

    def dicts(self, start=0, count=None):
        """Iterates over the same rows as `rows`, as dicts."""
        for index in self._indices(start, count):
            yield self.dict(index)

    @staticmethod
    def _indices(start, count):
        _check_number("start", start)
        if count is None:
            return itertools.takewhile(lambda index: index < 1 << 64, itertools.count(start))
        return range(start, start + _check_number("count", count))

    def __iter__(self):
        return self.rows()
