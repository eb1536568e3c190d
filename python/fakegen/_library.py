"""The C library, as ctypes calls it."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import pathlib
import sys
from typing import Any, Optional

_ABI_VERSION = 1
BAD_MODEL = 2
TOO_SMALL = 3
ROW_EXCLUDED = 4
EXACT_DECIMALS = 1
NESTED = 2
# Most rows of one batch of columns.
BATCH_ROWS = 1 << 20


class FakegenError(Exception):
    """Raised if the library is missing or of another version, the model is invalid, a row must not
    be printed, or learning failed."""


class ColumnDescription(ctypes.Structure):
    """`fakegen_column`"""

    _fields_ = [(name, ctypes.c_int32) for name in ("kind", "decimals", "is_optional", "choices")]


class Field(ctypes.Structure):
    """`fakegen_field`"""

    _fields_ = [
        ("offset", ctypes.c_size_t),
        ("size", ctypes.c_size_t),
        ("number", ctypes.c_int64),
        ("is_null", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
    ]


def _find_library() -> str:
    named = os.environ.get("FAKEGEN_LIBRARY")
    if named:
        return named
    name = "libfakegen.dylib" if sys.platform == "darwin" else "libfakegen.so.1"
    folder = pathlib.Path(__file__).parent
    # In the wheel, and in the release archive.
    for path in (folder / name, folder.parent / "lib" / name):
        if path.exists():
            return str(path)
    return ctypes.util.find_library("fakegen") or name


def load_library(path: Optional[str] = None) -> Any:
    """Returns the library at `path`, or the one that the package's description names."""
    path = path or _find_library()
    try:
        library = ctypes.CDLL(path)
        version = library.fakegen_abi_version
    except (OSError, AttributeError) as error:
        raise FakegenError(
            f"{path}: expected the C library libfakegen: {error}; install the wheel that "
            "scripts/builds/wheel makes, or build it with scripts/builds/c-library and name it in "
            "FAKEGEN_LIBRARY"
        ) from None
    version.restype = ctypes.c_uint32
    if version() != _ABI_VERSION:
        raise FakegenError(
            f"{path}: expected interface version {_ABI_VERSION}, found {version()}; "
            "take the library and the package fakegen from one release"
        )
    size, pointer, text = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p
    number, status, layout = ctypes.c_uint64, ctypes.c_int32, ctypes.c_uint32
    functions: list[tuple[str, Any, tuple[Any, ...]]] = [
        ("create", status, (text, size, number, ctypes.POINTER(pointer), text, size)),
        ("copy", status, (pointer, ctypes.POINTER(pointer))),
        ("destroy", None, (pointer,)),
        ("attribution", size, (pointer, text, size)),
        ("column_count", size, (pointer,)),
        ("describe_column", status, (pointer, size, ctypes.POINTER(ColumnDescription))),
        ("column_name", size, (pointer, size, text, size)),
        ("choice_name", size, (pointer, size, size, text, size)),
        ("set_seed", status, (pointer, number)),
        (
            "row",
            status,
            (pointer, number, text, size, ctypes.POINTER(size), ctypes.POINTER(Field), size),
        ),
        ("schema", status, (pointer, layout, pointer)),
        ("columns", status, (pointer, number, size, layout, pointer)),
        ("stream", status, (pointer, number, number, size, layout, pointer)),
        # Python alone calls it.
        ("free_capsule", None, (pointer,)),
    ]
    for name, result, arguments in functions:
        function = getattr(library, "fakegen_" + name, None)
        if function is None:
            raise FakegenError(
                f"{path}: expected the function fakegen_{name}, found none; "
                "take the library and the package fakegen from one release"
            )
        function.restype = result
        function.argtypes = arguments
    return library
