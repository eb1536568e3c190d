"""Made-up rows that look like the data a model was trained on.

    import fakegen
    fakegen.frame(1000)                       # a pandas.DataFrame; to="polars" for polars
    fakegen.frame(1000, model="my.fakegen", seed=7, start=5000)
    for row in fakegen.dicts(3): print(row)   # or as tuples, by fakegen.rows
    pyarrow.table(fakegen.table(1000))        # without copying; DuckDB and polars, too

    model = fakegen.learn(frame)              # needs the trainer
    model.sample(1000)

Row i is a pure function of the model, the seed and i. Texts and the digits of identifying integers
are `str`, reals `float`, integers `int`, booleans `bool`, an enumeration's values their names, null
is None. In tables and frames digits are 64-bit integers, dates and times have types of their own.

A `Generator` keeps a model loaded, gives rows by number, and tells of its columns. It uses the C
library, libfakegen: the one that the environment variable FAKEGEN_LIBRARY names, the one in this
package (as in the wheel) or in the folder `lib` beside it (as in a release), or the system's.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, Optional

from ._generator import Column, Generator, ModelSource, Row, Value
from ._learn import Model, learn
from ._library import FakegenError
from ._table import Table

__all__ = [
    "Column",
    "FakegenError",
    "Generator",
    "Model",
    "Table",
    "dicts",
    "frame",
    "learn",
    "rows",
    "table",
]


def rows(
    count: Optional[int] = None, *, model: ModelSource = None, seed: int = 1, start: int = 0
) -> Iterator[Row]:
    """Iterates over `count` rows from number `start` on as tuples; over all without `count`.

    `model` is a model file's path or bytes, None for the library's own; another `seed` makes
    another table."""
    return Generator(model, seed).rows(start, count)


def dicts(
    count: Optional[int] = None, *, model: ModelSource = None, seed: int = 1, start: int = 0
) -> Iterator[Dict[str, Value]]:
    """Iterates over the same rows as `rows`, as dicts whose keys are the columns' names."""
    return Generator(model, seed).dicts(start, count)


def table(
    count: int,
    *,
    model: ModelSource = None,
    seed: int = 1,
    start: int = 0,
    exact_decimals: bool = False,
) -> Table:
    """Returns the same rows as columns; see `Generator.table`."""
    return Generator(model, seed).table(count, start, exact_decimals)


def frame(
    count: int,
    *,
    model: ModelSource = None,
    seed: int = 1,
    start: int = 0,
    to: str = "pandas",
    exact_decimals: bool = False,
    threads: Optional[int] = None,
) -> Any:
    """Returns the same rows as a data frame of pandas, or of polars with `to="polars"`; see
    `Generator.frame`."""
    return Generator(model, seed).frame(count, start, to, exact_decimals, threads)
