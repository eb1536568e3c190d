"""Data frames as the trainer reads them."""

from __future__ import annotations

import numbers
from typing import Any, List


def write_frame(frame: Any, path: str) -> None:
    """Writes a data frame of pandas or polars as CSV in which nulls are empty cells and empty texts
    a pair of quotes. In a single column nulls are a pair of quotes too, since an empty line is no
    row: nothing among numbers and moments, and an empty text among texts."""
    if hasattr(frame, "write_csv"):
        frame.write_csv(path, quote_style="non_numeric")
        return
    columns = [_cells(frame.iloc[:, index]) for index in range(frame.shape[1])]
    if len(columns) == 1:
        columns = [[cell or '""' for cell in columns[0]]]
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(",".join(_quoted(str(name)) for name in frame.columns) + "\n")
        for row in zip(*columns):
            file.write(",".join(row) + "\n")


def _cells(series: Any) -> List[str]:
    """A pandas column as cells."""
    nulls = series.isna().tolist()
    if series.dtype.kind in "iufcmM":
        # As pandas writes numbers and moments; a lone null as a pair of quotes.
        lines = series.to_csv(header=False, index=False).splitlines()
        return ["" if null else line for line, null in zip(lines, nulls)]
    return ["" if null else _cell(value) for value, null in zip(series.tolist(), nulls)]


def _cell(value: Any) -> str:
    """A value that is there, as the trainer reads booleans, numbers and texts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, numbers.Number) else _quoted(str(value))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
