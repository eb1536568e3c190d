import sqlite3
import subprocess
import sys

import fakegen
from conftest import ROOT


def test_sqlalchemy_fills_a_table(tmp_path):
    path = tmp_path / "addresses.db"
    result = subprocess.run(
        [sys.executable, ROOT / "examples/sqlalchemy/fill.py", f"sqlite:///{path}", "2500", "7"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert result.stdout.startswith("2500 addresses in ")
    names = ("LON", "LAT", "NUMBER", "STREET", "CITY", "POSTCODE")
    with sqlite3.connect(path) as database:
        found = database.execute(f"SELECT {', '.join(names)} FROM address ORDER BY id").fetchall()
    assert found == [tuple(row[name] for name in names) for row in fakegen.dicts(2500, seed=7)]
