import datetime
import decimal
import gc
import json
import threading

import duckdb
import fakegen
import polars
import pyarrow
import pyarrow.parquet
import pytest

# Larger than a batch of a stream.
COUNT = 20_000


@pytest.fixture(scope="module")
def printed(command, kinds):
    """Rows of the model of all kinds, as the command prints them."""
    lines = command(
        "--model", kinds, "-n", COUNT, "--seed", 3, "--start", 11, "-f", "jsonl",
        "--json-integers", "number",
    )  # fmt: skip
    return [json.loads(line, parse_float=decimal.Decimal) for line in lines.split("\n")[:-1]]


def plain(value):
    """What the command prints of a value."""
    if isinstance(value, datetime.datetime):
        text = value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")
        return text if value.tzinfo is None else text.replace(" ", "T") + "Z"
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, datetime.date) else value


@pytest.mark.parametrize("exact", [False, True])
def test_tables_hold_the_commands_rows(printed, kinds, exact):
    table = fakegen.Generator(kinds, seed=3).table(COUNT, start=11, exact_decimals=exact)
    assert len(table) == COUNT
    read = pyarrow.table(table)
    read.validate(full=True)
    assert read.column_names == list(table.names) and read.num_rows == COUNT
    found = [{name: plain(value) for name, value in row.items()} for row in read.to_pylist()]
    if exact:
        assert found == printed
    else:
        assert found == [
            {
                name: float(value) if isinstance(value, decimal.Decimal) else value
                for name, value in row.items()
            }
            for row in printed
        ]


def test_lists_are_lists(documents, command, tmp_path):
    lines = command(
        "--model", documents, "-n", 3000, "-f", "jsonl", "--json-integers", "number"
    )
    printed = [json.loads(line) for line in lines.split("\n")[:-1]]
    assert any(item["codes"] for row in printed for item in row["items"] or [])

    def as_printed(rows):
        return json.loads(json.dumps(rows, default=lambda value: value.isoformat()))

    generator = fakegen.Generator(documents)
    table = generator.table(3000)
    read = pyarrow.table(table)
    read.validate(full=True)
    assert as_printed(read.to_pylist()) == printed
    assert as_printed(polars.DataFrame(table).to_dicts()) == printed
    assert list(generator.dicts(count=3000)) == printed
    assert generator.columns[generator.names.index("tags")].kind == "list"
    # Nested columns as files have them.
    pyarrow.parquet.write_table(read, tmp_path / "orders.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "orders.parquet") == read
    items = duckdb.sql("SELECT count(*) FROM (SELECT unnest(items) FROM read)").fetchall()
    assert items == [(sum(len(row["items"] or []) for row in printed),)]


def test_types_are_those_of_the_columns(kinds):
    schema = pyarrow.schema(fakegen.table(1, model=kinds))
    types = {field.name: (str(field.type), field.nullable) for field in schema}
    assert types["id"] == ("int64", False)
    assert types["big"] == ("int64", True)
    assert types["select"] == ("large_string", False)
    assert types["price"] == ("double", False)
    assert types["flag"] == ("bool", True)
    assert types["KIND"] == ("large_string", True)
    assert types["code"] == ("int64", False)
    assert types["day"] == ("date32[day]", False)
    assert types["seen"] == ("timestamp[us]", False)
    assert types["made"] == ("timestamp[us, tz=UTC]", False)
    assert types["clock"] == ("time64[us]", False)
    # A layout that is not ISO 8601's.
    assert types["odd"] == ("large_string", False)
    exact = pyarrow.schema(fakegen.table(1, model=kinds, exact_decimals=True))
    assert str(exact.field("price").type) == "decimal128(19, 4)"


def test_reals_are_those_that_their_digits_are_read_as(kinds):
    exact = pyarrow.table(fakegen.table(COUNT, model=kinds, exact_decimals=True))
    near = pyarrow.table(fakegen.table(COUNT, model=kinds))
    for name in ("wide", "price"):
        pairs = list(zip(exact[name].to_pylist(), near[name].to_pylist()))
        assert all(None is real if digits is None else float(digits) == real for digits, real in pairs)
        # Some need rounding: 64-bit numbers do not hold their digits.
    assert any(digits is not None and digits != decimal.Decimal(real) for digits, real in pairs)


def test_readers_read_a_table_as_often_as_they_like(kinds):
    rows = fakegen.table(COUNT, model=kinds, seed=2)
    expected = pyarrow.table(rows)
    assert pyarrow.table(rows).equals(expected)
    found = duckdb.sql('SELECT "select", day, flag, clock FROM rows').fetchall()
    names = ("select", "day", "flag", "clock")
    assert found == list(zip(*(expected[name].to_pylist() for name in names)))
    assert duckdb.sql("SELECT count(*), count(flag), sum(id) FROM rows").fetchall() == [(
        COUNT,
        COUNT - expected["flag"].null_count,
        sum(expected["id"].to_pylist()),
    )]
    assert polars.DataFrame(rows).equals(polars.from_arrow(expected))


def test_polars_reads_without_copying(kinds):
    batch = next(fakegen.table(5000, model=kinds).batches(threads=1))
    before = pyarrow.record_batch(batch)
    column = before.column("id")
    again = pyarrow.chunked_array(polars.DataFrame(before)["id"]).chunk(0)
    assert again.buffers()[1].address == column.buffers()[1].address


def test_a_table_keeps_its_seed_and_its_memory(kinds):
    rows = fakegen.Generator(kinds, seed=1)
    table = rows.table(100)
    rows.seed = 2
    expected = pyarrow.table(fakegen.table(100, model=kinds, seed=1))
    assert pyarrow.table(table).equals(expected)
    assert not pyarrow.table(rows.table(100)).equals(expected)
    # What was read outlives what it was read from, and a capsule that nobody reads is freed.
    read = pyarrow.table(table)
    table.__arrow_c_schema__(), table.__arrow_c_stream__(), next(table.batches(1)).__arrow_c_array__()
    del table, rows
    gc.collect()
    assert read.equals(expected)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_batches_in_order_whatever_the_threads(kinds, threads):
    table = fakegen.table(1001, model=kinds, start=40)
    read = pyarrow.Table.from_batches(map(pyarrow.record_batch, table.batches(threads)))
    assert read.equals(pyarrow.table(table).combine_chunks()) and read.num_rows == 1001


def test_the_last_rows_and_none():
    last = (1 << 64) - 2
    rows = fakegen.Generator()
    assert [tuple(row.values()) for row in pyarrow.table(rows.table(2, start=last)).to_pylist()] == (
        list(rows.rows(start=last))
    )
    assert pyarrow.table(rows.table(0)).num_rows == 0
    with pytest.raises(ValueError, match="^start: expected at most"):
        rows.table(3, start=last)
    with pytest.raises(ValueError, match="^count: expected"):
        rows.table(-1)


def test_a_row_that_must_not_be_printed(excluding):
    rows = fakegen.Generator(excluding)
    for function in (lambda: rows.row(7), lambda: rows.frame(5, start=7, threads=1)):
        with pytest.raises(fakegen.FakegenError, match="^row 7: the model must not print"):
            function()
    # The stream says so itself.
    for read in (pyarrow.table, polars.DataFrame):
        with pytest.raises(Exception, match="row 7: all 64 attempts"):
            read(rows.table(5, start=7))


def test_threads_read_one_table(kinds):
    table = fakegen.table(2000, model=kinds)
    expected = pyarrow.table(table)
    found = [None] * 4

    def read(index):
        found[index] = pyarrow.table(table)

    threads = [threading.Thread(target=read, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(table.equals(expected) for table in found)
