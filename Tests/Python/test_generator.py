import itertools
import json
import threading

import fakegen
import pytest


def test_rows_are_the_commands(command):
    lines = command("-n", "300", "--seed", "5", "--start", "40", "-f", "jsonl").splitlines()
    expected = [json.loads(line) for line in lines]
    rows = fakegen.Generator(seed=5)
    assert list(rows.dicts(start=40, count=300)) == expected
    assert [dict(zip(rows.names, row)) for row in rows.rows(40, 300)] == expected
    assert rows.dict(41) == expected[1] and rows.row(40) == tuple(expected[0].values())


def test_columns_are_the_commands(command):
    lines = [line.split("\t") for line in command("--list-fields").splitlines()]
    columns = fakegen.Generator().columns
    assert [column.name for column in columns] == [line[0] for line in lines]
    kinds = [
        f"real({column.decimals})" if column.kind == "real" else column.kind for column in columns
    ]
    assert kinds == [line[1] for line in lines]
    assert not any(column.is_optional or column.choices for column in columns)


def test_the_attribution_is_the_commands(command):
    (line,) = [
        line for line in command("--model-info").splitlines() if line.startswith("attribution")
    ]
    rows = fakegen.Generator()
    assert rows.attribution and line.removeprefix("attribution").strip() == rows.attribution
    assert rows.copy().attribution == rows.attribution


def test_a_model_may_be_a_path_or_bytes(model):
    own = fakegen.Generator(seed=3).row(0)
    assert fakegen.Generator(model, seed=3).row(0) == own
    assert fakegen.Generator(str(model), seed=3).row(0) == own
    assert fakegen.Generator(model.read_bytes(), seed=3).row(0) == own


def test_iterators_go_on():
    rows = fakegen.Generator()
    assert list(itertools.islice(rows, 5)) == list(rows.rows(count=5))
    last = (1 << 64) - 2
    assert len(list(rows.rows(start=last))) == 2
    assert list(rows.rows(count=0)) == []


def test_seeds_and_copies():
    rows = fakegen.Generator(seed=1)
    first = list(rows.rows(count=20))
    copy = rows.copy()
    rows.seed = 2
    assert rows.seed == 2 and copy.seed == 1
    assert list(copy.rows(count=20)) == first
    assert list(rows.rows(count=20)) != first
    del rows
    assert list(copy.rows(count=20)) == first


def test_threads_with_copies():
    rows = fakegen.Generator()
    expected = list(rows.rows(count=200))
    parts = [None] * 4

    def work(part, generator):
        parts[part] = list(generator.rows(start=50 * part, count=50))

    threads = [threading.Thread(target=work, args=(part, rows.copy())) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(parts, []) == expected


@pytest.mark.parametrize("value", [-1, 1 << 64, 1.0, "1", None, True])
def test_numbers_that_are_none(value):
    rows = fakegen.Generator()
    with pytest.raises(ValueError, match="expected a whole number from 0 to 2"):
        rows.row(value)
    with pytest.raises(ValueError, match="^seed: expected"):
        rows.seed = value
    with pytest.raises(ValueError, match="^seed: expected"):
        fakegen.Generator(seed=value)


@pytest.mark.parametrize("content", [b"", b"LON,LAT\n", None])
def test_bad_models(content, model):
    damaged = model.read_bytes()[:-9] if content is None else content
    with pytest.raises(fakegen.FakegenError, match="^the model: .*model file"):
        fakegen.Generator(damaged)


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        fakegen.Generator(tmp_path / "none.fakegen")
    with pytest.raises(fakegen.FakegenError, match="FAKEGEN_LIBRARY"):
        fakegen.Generator(library=str(tmp_path / "none.so"))


def test_the_functions_are_the_generators(kinds):
    rows = fakegen.Generator(kinds, seed=7)
    expected = list(rows.rows(start=30, count=40))
    assert list(fakegen.rows(40, model=kinds, seed=7, start=30)) == expected
    assert list(fakegen.dicts(40, model=kinds, seed=7, start=30)) == [
        dict(zip(rows.names, row)) for row in expected
    ]
    assert list(itertools.islice(fakegen.rows(), 3)) == list(fakegen.Generator().rows(count=3))
    assert next(fakegen.dicts(seed=3)) == fakegen.Generator(seed=3).dict(0)
