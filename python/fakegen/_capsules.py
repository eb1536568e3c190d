"""The structures of the Arrow C data interface, in capsules that other libraries take.

https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
"""

from __future__ import annotations

import ctypes
from typing import Any

_Release = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class ArrowSchema(ctypes.Structure):
    """A type, of a column or of a batch of columns."""


ArrowSchema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowSchema))),
    ("dictionary", ctypes.c_void_p),
    ("release", _Release),
    ("private_data", ctypes.c_void_p),
]


class ArrowArray(ctypes.Structure):
    """Values, of a column or of a batch of columns."""


ArrowArray._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowArray))),
    ("dictionary", ctypes.c_void_p),
    ("release", _Release),
    ("private_data", ctypes.c_void_p),
]


class ArrowArrayStream(ctypes.Structure):
    """A stream of batches."""

    _fields_ = [
        ("get_schema", ctypes.c_void_p),
        ("get_next", ctypes.c_void_p),
        ("get_last_error", ctypes.c_void_p),
        ("release", _Release),
        ("private_data", ctypes.c_void_p),
    ]


# A capsule keeps the address of its name.
_NAMES = {
    ArrowSchema: b"arrow_schema",
    ArrowArray: b"arrow_array",
    ArrowArrayStream: b"arrow_array_stream",
}

_new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi)
)
_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
# For a capsule that is being destroyed, which must not be referred to.
_name_of_dying = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)(
    ("PyCapsule_GetName", ctypes.pythonapi)
)
_pointer_of_dying = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)

# The structures that capsules hold, by their addresses.
_kept: dict[int, Any] = {}


# Capsules may die when this module's names are gone already.
def _destroy(
    capsule: int,
    kept: dict[int, Any] = _kept,
    name: Any = _name_of_dying,
    pointer: Any = _pointer_of_dying,
) -> None:
    address = pointer(capsule, name(capsule))
    structure = kept.pop(address)
    # It is null if somebody has taken what the structure holds.
    if structure.release:
        structure.release(address)


_destructor = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(_destroy)
ctypes.pythonapi.Py_IncRef(ctypes.py_object(_destructor))


def capsule(structure: Any) -> Any:
    """Returns a capsule that owns the structure and what it holds."""
    address = ctypes.addressof(structure)
    _kept[address] = structure
    return _new(address, _NAMES[type(structure)], ctypes.cast(_destructor, ctypes.c_void_p))


def structure(capsule: Any, kind: Any) -> Any:
    """Returns the structure in a capsule, which must live on."""
    return kind.from_address(_pointer(capsule, _NAMES[kind]))
