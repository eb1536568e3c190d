"""Learning: with a program that plays the trainer, and with the trainer."""

import csv
import os
import random
import shutil
import subprocess
import sys

import fakegen
import pandas
import polars
import pytest

# Says what it was called with, shows progress as the trainer does, and leaves a model.
PLAYER = """#!{python}
import os, shutil, sys
arguments = sys.argv[1:]
print(arguments)
if "--fail" in arguments:
    print("trainer: table.csv:3:1: expected a number, found 'x'", file=sys.stderr)
    sys.exit(1)
print("trainer: a warning", file=sys.stderr)
ends = ("\\r\\x1b[K", "") if os.isatty(2) else ("", "\\n")
for step in (50, 100):
    line = f"training {{step}} %  step {{step}} of 100  held-out loss 1.234 nats (best 1.2)"
    sys.stderr.write(f"{{ends[0]}}{{line}}  at most 0:10 left{{ends[1]}}")
    sys.stderr.flush()
prefix = arguments[arguments.index("--output") + 1]
shutil.copyfile({model!r}, prefix + ".fakegen")
for suffix in (".html", ".proto"):
    open(prefix + suffix, "w").close()
shutil.copyfile(arguments[-1], {table!r})
"""


@pytest.fixture
def player(tmp_path, monkeypatch, kinds):
    """Plays the trainer, and leaves the table that it was given in table.csv."""
    program = tmp_path / "trainer"
    program.write_text(
        PLAYER.format(python=sys.executable, model=str(kinds), table=str(tmp_path / "table.csv"))
    )
    program.chmod(0o755)
    monkeypatch.setenv("FAKEGEN_TRAINER", str(program))
    return program


def test_the_files_and_the_options(player, tmp_path, kinds):
    people = tmp_path / "people.csv"
    people.write_text("a\n1\n")
    model = fakegen.learn(
        people, tmp_path / "out", time="5m", size="small", keys=["id"], exclude=["b", "c"], seed=4,
        threads=1, overwrite=True, options=["--null", "-"], progress=False,
    )  # fmt: skip
    assert model.summary.strip() == str(
        ["learn", "--output", str(tmp_path / "out"), "--seed", "4", "--time", "5m", "--size"]
        + ["small", "--threads", "1", "--key=id", "--exclude=b", "--exclude=c"]
        + ["--overwrite", "--null", "-", "--", str(people)]
    )
    assert model.path == tmp_path / "out.fakegen" and model.page.exists() and model.message.exists()
    rows = fakegen.Generator(kinds, seed=6)
    assert model.generator(6).row(5) == rows.row(5)
    assert model.sample(20, seed=6, start=3).equals(rows.frame(20, start=3))
    assert model.sample(20, to="polars").equals(fakegen.frame(20, model=kinds, to="polars"))


def test_a_temporary_folder_goes_with_the_model(player, tmp_path):
    model = fakegen.learn([player], progress=False)
    path = model.path
    kept = model.save(tmp_path / "kept")
    assert path.exists() and kept.path.exists() and kept.page.exists() and kept.message.exists()
    del model
    assert not path.exists()
    assert len(kept.sample(4)) == 4


ROWS = {
    "name": ["ann", "", None, 'the "x", y', "two\nlines", "NA"],
    "number": [1, 2, 3, 4, 5, 6],
    "real": [0.5, None, 1e-9, 3.0, 1234567.25, -1.0],
    "flag": [True, False, True, True, False, True],
}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_keep_nulls_apart_from_empty_texts(player, tmp_path, library):
    frame = (pandas if library == "pandas" else polars).DataFrame(ROWS)
    if library == "pandas":
        frame["day"] = pandas.to_datetime(["2024-01-31"] * 5 + [None])
    model = fakegen.learn(frame, progress=False)
    written = (tmp_path / "table.csv").read_text()
    table = list(csv.DictReader(written.splitlines(keepends=True)))
    assert [row["name"] for row in table] == [name or "" for name in ROWS["name"]]
    assert [row["number"] for row in table] == list("123456")
    assert [float(row["real"] or 0) for row in table] == [value or 0.0 for value in ROWS["real"]]
    assert [row["flag"] for row in table] == [str(flag).lower() for flag in ROWS["flag"]]
    lines = written.splitlines()
    assert lines[2].startswith('"",') and lines[3].startswith(",")
    if library == "pandas":
        assert [row["day"] for row in table] == ["2024-01-31"] * 5 + [""]
    assert type(model.sample(2)).__module__.startswith(library)


def test_values_that_are_neither_texts_nor_numbers(player, tmp_path):
    fakegen.learn(
        pandas.DataFrame({"range": pandas.cut([1, 5], [0, 3, 9]), "any": [True, ("a", "b")]}),
        keys="range", progress=False,
    )  # fmt: skip
    table = list(csv.DictReader((tmp_path / "table.csv").read_text().splitlines()))
    assert [row["range"] for row in table] == ["(0, 3]", "(3, 9]"]
    assert [row["any"] for row in table] == ["true", "('a', 'b')"]


def test_no_row_of_one_column_is_an_empty_line(player, tmp_path):
    fakegen.learn(pandas.DataFrame({"x": [1.5, None]}), progress=False)
    assert (tmp_path / "table.csv").read_text() == '"x"\n1.5\n""\n'


def test_progress_as_a_bar_and_as_lines(player, capsys, monkeypatch):
    fakegen.learn([player])
    shown = capsys.readouterr().err
    assert "learning: 100%" in shown and "held-out loss 1.234 nats" in shown
    assert "trainer: a warning\n" in shown and "\x1b[K" not in shown
    # Without tqdm.
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    fakegen.learn([player])
    assert capsys.readouterr().err.splitlines()[:2] == [
        "trainer: a warning",
        "training 50 %  step 50 of 100  held-out loss 1.234 nats (best 1.2)  at most 0:10 left",
    ]
    fakegen.learn([player], progress=False)
    assert capsys.readouterr().err == ""


def test_failures(player, monkeypatch, tmp_path):
    with pytest.raises(fakegen.FakegenError, match="exit status 1: trainer: table.csv:3:1: expected"):
        fakegen.learn([player], options=["--fail"])
    monkeypatch.setenv("FAKEGEN_TRAINER", str(tmp_path / "none"))
    with pytest.raises(fakegen.FakegenError, match="(?s)No such file.*swift build"):
        fakegen.learn([player])
    monkeypatch.delenv("FAKEGEN_TRAINER")
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    with pytest.raises(fakegen.FakegenError, match="(?s)needs the program trainer.*FAKEGEN_TRAINER"):
        fakegen.learn([player])


@pytest.mark.skipif("FAKEGEN_TRAINER" not in os.environ, reason="there is no trainer")
def test_the_trainer(command):
    draws = random.Random(1)
    colours = {"oak": "brown", "elm": "green", "": "grey"}
    trees = [draws.choice(sorted(colours)) for _ in range(300)]
    heights = [None if draws.random() < 0.2 else draws.randint(150, 350) / 10 for _ in trees]
    frame = pandas.DataFrame({"tree": trees, "colour": [colours[t] for t in trees], "height": heights})
    model = fakegen.learn(frame, options=["--set", "steps=60"], threads=1, progress=False)
    assert "learned 270 rows of 3 columns" in model.summary
    sample = model.sample(200)
    assert set(sample["tree"]) <= set(colours) and list(sample.columns) == list(frame.columns)
    assert [colours[tree] for tree in sample["tree"]] == list(sample["colour"])
    assert sample["height"].isna().any() and sample["height"].dropna().between(15, 35).all()
    city = command("--model", model.path, "-n", 200, "--fields", "tree", "--no-header", "-f", "tsv")
    assert city.split("\n")[:-1] == list(sample["tree"])
