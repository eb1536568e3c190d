"""Rows as a table of columns."""

from __future__ import annotations

import collections
import concurrent.futures
import ctypes
import os
from typing import TYPE_CHECKING, Any, Deque, Iterator, Optional

from ._capsules import ArrowArray, ArrowArrayStream, ArrowSchema, capsule
from ._library import BATCH_ROWS, EXACT_DECIMALS, NESTED

if TYPE_CHECKING:
    from ._generator import Generator

# Rows that are made in one go: enough that a call's own cost does not show, and few enough that a
# reader of a stream waits for a moment only.
_STREAM_ROWS = 1 << 14
_PART_ROWS = 1 << 16


class Table:
    """A table whose rows are made when it is read, with a column for each field.

    It has no memory of its own: whatever reads streams of the Arrow C data interface reads it
    batch by batch, as often as it likes, without copying.

        rows = fakegen.table(1000)
        pyarrow.table(rows), polars.DataFrame(rows), duckdb.sql("FROM rows")

    `names` are the columns' names, `len` is the number of rows.
    """

    def __init__(self, generator: "Generator", start: int, count: int, exact_decimals: bool):
        """Describes `count` rows of the generator from number `start` on. Reals are the nearest
        64-bit numbers, or decimals with `exact_decimals`."""
        # Whatever becomes of the generator's seed, these stay the same rows.
        self._generator = generator.copy()
        self._start = start
        self._count = count
        self._layout = NESTED | (EXACT_DECIMALS if exact_decimals else 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return self._generator.names

    def __len__(self) -> int:
        return self._count

    def __arrow_c_schema__(self) -> Any:
        """Returns the columns' types, as a capsule."""
        schema = ArrowSchema()
        self._call("schema", self._layout, ctypes.addressof(schema))
        return capsule(self._generator._library, schema)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Returns a stream of batches of rows, as a capsule. Other types than these columns' may be
        requested, but are not given."""
        stream = ArrowArrayStream()
        self._call(
            "stream", self._start, self._count, _STREAM_ROWS, self._layout,
            ctypes.addressof(stream),
        )  # fmt: skip
        return capsule(self._generator._library, stream)

    def batches(self, threads: Optional[int] = None) -> Iterator["Batch"]:
        """Iterates over the rows in batches, made by `threads` threads, as many as there are
        processors without it."""
        workers = threads or _processors()
        size = min(max(-(-self._count // workers), 1), _PART_ROWS, BATCH_ROWS)
        starts = range(0, self._count, size)

        def make(offset: int) -> Batch:
            # Each has a generator for itself.
            return Batch(self, self._start + offset, min(size, self._count - offset))

        if workers == 1 or len(starts) == 1:
            yield from map(make, starts)
            return
        executor = concurrent.futures.ThreadPoolExecutor(workers)
        try:
            waiting: Deque[concurrent.futures.Future[Batch]] = collections.deque()
            for offset in starts:
                waiting.append(executor.submit(make, offset))
                # No more than a slow reader keeps up with.
                if len(waiting) >= 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            executor.shutdown(cancel_futures=True)

    def _call(self, name: str, *arguments: Any, generator: Optional["Generator"] = None) -> int:
        handle = (generator or self._generator)._handle
        status: int = getattr(self._generator._library, "fakegen_" + name)(handle, *arguments)
        return status


class Batch:
    """Rows that have been made, in columns: what pyarrow's `record_batch` and polars' `DataFrame`
    take over without copying, once."""

    def __init__(self, table: Table, first: int, count: int):
        """Makes `count` rows from number `first` on, at most 2^20."""
        array = ArrowArray()
        generator = table._generator.copy()
        status = table._call(
            "columns", first, count, table._layout, ctypes.addressof(array), generator=generator
        )
        if status:
            # The row that must not be printed, which raises.
            for row in range(first, first + count):
                generator.row(row)
        assert status == 0
        self._array = capsule(generator._library, array)
        self._table = table

    def __arrow_c_schema__(self) -> Any:
        """Returns the columns' types, as a capsule."""
        return self._table.__arrow_c_schema__()

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """Returns the types and the values, as capsules; the values can be taken once."""
        return self.__arrow_c_schema__(), self._array


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
