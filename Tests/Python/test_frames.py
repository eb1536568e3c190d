import datetime
import decimal
import json

import fakegen
import numpy
import pandas
import polars
import pyarrow
import pytest

COUNT = 3000


@pytest.fixture(scope="module")
def rows(kinds):
    """The same rows by pyarrow."""
    return pyarrow.table(fakegen.table(COUNT, model=kinds, seed=4, start=9)).to_pydict()


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_pandas(rows, kinds, threads):
    frame = fakegen.frame(COUNT, model=kinds, seed=4, start=9, threads=threads)
    assert isinstance(frame, pandas.DataFrame) and list(frame.columns) == list(rows)
    assert list(frame.index) == list(range(COUNT))
    for name, expected in rows.items():
        values = [None if pandas.isna(value) else value for value in frame[name]]
        if frame[name].dtype.kind == "M":
            expected = [pandas.Timestamp(value) for value in expected]
        assert values == expected, name
    texts = "str" if int(pandas.__version__.split(".")[0]) >= 3 else "object"
    kind = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert kind["id"] == "int64" and kind["big"] == "Int64" and kind["code"] == "int64"
    assert kind["wide"] == "float64" and kind["flag"] == "boolean" and kind["KIND"] == texts
    assert kind["day"] == "datetime64[s]" and kind["seen"] == "datetime64[us]"
    assert kind["made"] == "datetime64[us, UTC]"
    assert isinstance(frame["clock"][0], datetime.time)


def test_pandas_has_lists(documents):
    generator = fakegen.Generator(documents)
    frame = generator.frame(500, threads=2)
    expected = list(generator.dicts(count=500))
    for name in frame:
        assert json.loads(json.dumps(list(frame[name]), default=lambda day: f"{day:%Y-%m-%d}")) == [
            row[name] for row in expected
        ], name


def test_polars(rows, kinds):
    frame = fakegen.frame(COUNT, model=kinds, seed=4, start=9, to="polars", threads=2)
    assert isinstance(frame, polars.DataFrame)
    assert frame.to_dict(as_series=False) == rows
    assert frame.schema["made"] == polars.Datetime("us", "UTC")


def test_exact_decimals(kinds):
    frame = fakegen.frame(50, model=kinds, exact_decimals=True)
    other = fakegen.frame(50, model=kinds, exact_decimals=True, to="polars")
    assert frame["price"].tolist() == other["price"].to_list()
    assert isinstance(frame["price"][0], decimal.Decimal)
    assert [None if value is None else float(value) for value in frame["wide"]] == [
        None if numpy.isnan(value) else value for value in fakegen.frame(50, model=kinds)["wide"]
    ]


def test_no_rows(kinds):
    assert list(fakegen.frame(0, model=kinds).dtypes) == list(fakegen.frame(9, model=kinds).dtypes)
    empty = fakegen.frame(0, model=kinds, to="polars")
    assert empty.schema == fakegen.frame(9, model=kinds, to="polars").schema and len(empty) == 0


def test_the_shipped_model_in_pandas():
    frame = fakegen.frame(200, seed=5)
    assert frame.to_dict("records") == list(fakegen.dicts(200, seed=5))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"to": "spark"}, "^to: expected 'pandas' or 'polars', found 'spark'"),
        ({"threads": 0}, "^threads: expected at least 1"),
        ({"threads": 1.5}, "^threads: expected a whole number"),
        ({"start": -1}, "^start: expected"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        fakegen.frame(1, **arguments)
