"""Loads what fakegen prints into SQLite, PostgreSQL, MariaDB and DuckDB, each under the table that
fakegen's own SQL makes, and compares what SELECT gives with the rows.

    load.py PROGRAM MODEL ROWS

The rows are those of --format jsonl. A folder that is removed afterwards holds every database; the
servers of PostgreSQL and MariaDB run in it, as an unprivileged user, and have no port.
"""

import contextlib
import decimal
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import duckdb

from server import Server, home

program, model, rows = sys.argv[1], sys.argv[2], sys.argv[3]


def fakegen(*arguments, count=rows):
    command = [program, *(["--model", model] if model != "-" else []), "-n", count, *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def columns():
    """Name, type and whether it may be null, of each column."""
    found = []
    for line in fakegen("--list-fields").decode().splitlines():
        name, kind, _, nullity = line.split("\t")
        found.append((name, kind, nullity == "may be null"))
    return found


def plain_moment(text):
    """A moment as all databases write it: a space, no zone, no zeros at the end of a fraction."""
    text = re.sub(r"(Z|\+00(:00)?)$", "", text.replace("T", " "))
    return re.sub(r"\.?0*$", "", text) if "." in text else text


def is_iso(kind):
    return re.match(r"moment\((%Y-%m-%d|%H:%M)", kind) is not None


def value(cell, kind):
    """What a cell stands for, whoever wrote it."""
    if cell is None:
        return None
    if kind in ("integer", "digits"):
        return int(cell)
    if kind.startswith("real"):
        return decimal.Decimal(str(cell))
    if kind == "boolean":
        # SQLite keeps the words of CSV.
        return {"true": True, "false": False}.get(cell, cell) if isinstance(cell, str) else bool(cell)
    if is_iso(kind):
        return plain_moment(str(cell))
    assert isinstance(cell, str), (cell, kind)
    return cell


class Comparison:
    def __init__(self):
        self.columns = columns()
        self.kinds = [kind for _, kind, _ in self.columns]
        lines = fakegen("-f", "jsonl").decode().split("\n")[:-1]
        self.expected = [
            [value(cell, kind) for cell, kind in zip(row.values(), self.kinds)]
            for row in (json.loads(line, parse_float=decimal.Decimal) for line in lines)
        ]
        assert len(self.expected) == int(rows) and len(self.kinds) == len(self.expected[0])
        self.loads = 0

    def check(self, what, found, has_floats=False):
        found = [[value(cell, kind) for cell, kind in zip(row, self.kinds)] for row in found]
        expected = self.expected
        if has_floats:
            found, expected = self.rounded(found), self.rounded(expected)
        # SELECT has no order of its own.
        found, expected = sorted(found, key=repr), sorted(expected, key=repr)
        if found != expected:
            for number, (left, right) in enumerate(zip(found, expected)):
                for name, a, b in zip(self.columns, left, right):
                    if a != b:
                        sys.exit(f"{what}: row {number}, {name}: expected {b!r}, found {a!r}")
            sys.exit(f"{what}: expected {len(expected)} rows, found {len(found)}")
        self.loads += 1

    def rounded(self, table):
        """Reals with 15 digits, which SQLite keeps of them."""
        return [
            [
                f"{float(cell):.15g}" if cell is not None and kind.startswith("real") else cell
                for cell, kind in zip(row, self.kinds)
            ]
            for row in table
        ]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


# What `\t`, `\n`, `\r` and `\\` stand for, in databases that read TSV as it is: each backslash that
# is doubled becomes character 26 first, so that no other is taken for a part of it.
def unescaped(name, character):
    text = f"replace({name}, '\\\\', {character}(26))"
    for letter, code in (("t", 9), ("n", 10), ("r", 13)):
        text = f"replace({text}, '\\{letter}', {character}({code}))"
    return f"replace({text}, {character}(26), '\\')"


def is_text(kind):
    return not (kind in ("integer", "digits", "boolean") or kind.startswith("real") or is_iso(kind))


def sqlite(comparison, folder):
    def load(what, table, commands, has_sql=False):
        path = os.path.join(folder, "rows.db")
        if what == "SQLite, SQL, standard":
            # The shell would drop carriage returns at the ends of lines.
            with contextlib.closing(sqlite3.connect(path)) as database:
                database.executescript(commands.decode())
        else:
            subprocess.run(
                ["sqlite3", "-bail", path], input=table + commands, check=True, stdout=sys.stderr
            )
        with contextlib.closing(sqlite3.connect(path)) as database:
            names = [row[1] for row in database.execute("PRAGMA table_info(t)")]
            if not has_sql:
                for (_, kind, may_be_null), name in zip(comparison.columns, map(quoted, names)):
                    if may_be_null:
                        database.execute(f"UPDATE t SET {name} = NULL WHERE {name} = '\\N'")
                    if what.endswith("TSV") and is_text(kind):
                        database.execute(f"UPDATE t SET {name} = {unescaped(name, 'char')}")
            comparison.check(what, list(database.execute("SELECT * FROM t")), has_floats=True)
        os.remove(path)

    for dialect in ("standard", "sqlite"):
        options = ("-f", "sql", "--table", "t", "--dialect", dialect)
        load(f"SQLite, SQL, {dialect}", b"", fakegen(*options), has_sql=True)
        table = fakegen(*options, count="0")
        csv, tsv = os.path.join(folder, "rows.csv"), os.path.join(folder, "rows.tsv")
        with open(csv, "wb") as file:
            file.write(fakegen("--null", "\\N"))
        with open(tsv, "wb") as file:
            file.write(fakegen("-f", "tsv"))
        load("SQLite, CSV", table, f".import --csv --skip 1 {csv} t\n".encode())
        # Two bytes end neither: SQLite reads quotes in tabs' mode, and none in this one.
        ascii_mode = '.mode ascii\n.separator "\\t" "\\n"\n'
        load("SQLite, TSV", table, f"{ascii_mode}.import --skip 1 {tsv} t\n".encode())


def in_duckdb(comparison, folder):
    def select(what, database):
        names = [row[0] for row in database.execute("SELECT column_name FROM (DESCRIBE t)").fetchall()]
        cells = ", ".join(
            f"CAST({quoted(name)} AS VARCHAR)" if kind.startswith("moment") else quoted(name)
            for name, kind in zip(names, comparison.kinds)
        )
        comparison.check(what, database.execute(f"SELECT {cells} FROM t").fetchall())

    for dialect in ("standard", "duckdb"):
        options = ("-f", "sql", "--table", "main.t", "--dialect", dialect)
        with contextlib.closing(duckdb.connect()) as database:
            database.execute("SET TimeZone = 'UTC'")
            database.execute(fakegen(*options).decode())
            select(f"DuckDB, SQL, {dialect}", database)
        table = fakegen(*options, count="0").decode()
        for name, arguments in (
            ("CSV", ("--null", "\\N")), ("CSV with semicolons", ("--null", "\\N", "--delimiter", ";")),
            ("TSV", ("-f", "tsv")),
        ):
            path = os.path.join(folder, "rows")
            with open(path, "wb") as file:
                file.write(fakegen(*arguments))
            delimiter = {"CSV": ",", "TSV": "\\t"}.get(name, ";")
            quote = "" if name == "TSV" else '"'
            with contextlib.closing(duckdb.connect()) as database:
                database.execute("SET TimeZone = 'UTC'")
                database.execute(table)
                database.execute(
                    f"COPY t FROM '{path}' (FORMAT csv, HEADER, AUTO_DETECT false, DELIMITER "
                    f"'{delimiter}', QUOTE '{quote}', ESCAPE '{quote}', NULLSTR '\\N')"
                )
                if name == "TSV":
                    for found, kind in zip(
                        database.execute("SELECT column_name FROM (DESCRIBE t)").fetchall(),
                        comparison.kinds,
                    ):
                        if is_text(kind):
                            column = quoted(found[0])
                            database.execute(f"UPDATE t SET {column} = {unescaped(column, 'chr')}")
                select(f"DuckDB, {name}, {dialect}", database)


def postgres(comparison, folder):
    server = Server(folder)

    def select(what):
        lines = server.psql("SELECT row_to_json(t) FROM a.t").decode().split("\n")[:-1]
        pairs = (json.loads(line, parse_float=decimal.Decimal) for line in lines)
        comparison.check(what, [list(row.values()) for row in pairs])
        server.psql("DROP TABLE a.t")

    try:
        server.psql("CREATE SCHEMA a")
        for dialect in ("standard", "postgres"):
            options = ("-f", "sql", "--table", "a.t", "--dialect", dialect)
            server.psql(script=fakegen(*options))
            select(f"PostgreSQL, SQL, {dialect}")
            table = fakegen(*options, count="0")
            for what, arguments, copy in (
                ("CSV", (), "FORMAT csv, HEADER"),
                ("CSV with a null", ("--null", "\\N"), "FORMAT csv, HEADER, NULL '\\N'"),
                ("CSV with semicolons", ("--delimiter=;",), "FORMAT csv, HEADER, DELIMITER ';'"),
                ("TSV", ("-f", "tsv", "--no-header"), "FORMAT text"),
            ):
                server.psql(script=table)
                server.psql(f"COPY a.t FROM STDIN ({copy})", fakegen(*arguments))
                select(f"PostgreSQL, {what}, {dialect}")
    finally:
        server.stop()


class MariaDB:
    """A MariaDB server in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.identity = home(folder, "mariadb")
        data = f"--datadir={self.folder}/data"
        quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **self.identity)
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal"],
            cwd=self.folder, check=True, stderr=subprocess.DEVNULL, **quiet,
        )
        with open(os.path.join(folder, "mariadb.log"), "wb") as log:
            self.process = subprocess.Popen(
                # It lies where only an administrator's PATH leads.
                [
                    shutil.which("mariadbd", path=os.environ["PATH"] + ":/usr/sbin"), "--no-defaults",
                    data, f"--socket={self.folder}/socket", "--skip-networking",
                    f"--pid-file={self.folder}/pid", f"--tmpdir={self.folder}", "--local-infile=1",
                ],
                cwd=self.folder, stderr=log, **quiet,
            )
        for _ in range(600):
            if os.path.exists(os.path.join(self.folder, "socket")) or self.process.poll() is not None:
                break
            time.sleep(0.1)

    def run(self, script):
        return subprocess.run(
            [
                "mariadb", "--no-defaults", f"--socket={self.folder}/socket", "-u", "root", "--batch", "--raw",
                "--skip-column-names", "--local-infile=1", "--default-character-set=utf8mb4",
                "--binary-mode",
            ],
            input=script, check=True, stdout=subprocess.PIPE,
        ).stdout


def mariadb(comparison, folder):
    server = MariaDB(folder)
    options = ("-f", "sql", "--table", "a.t", "--dialect", "mysql")

    def columns():
        """The columns' names there, some of which are cut, as SQL has them."""
        script = (
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'a' "
            "ORDER BY ordinal_position;"
        )
        found = server.run(script.encode()).decode().split("\n")[:-1]
        return ["`" + name.replace("`", "``") + "`" for name in found]

    def select(what, names):
        # Texts and numbers as JSON, in which line ends are escaped.
        pairs = ", ".join(f"'{place}', {name}" for place, name in enumerate(names))
        lines = server.run(f"SELECT JSON_OBJECT({pairs}) FROM a.t;".encode()).decode().split("\n")[:-1]
        rows = (json.loads(line, parse_float=decimal.Decimal) for line in lines)
        comparison.check(what, [list(row.values()) for row in rows], has_floats=True)
        server.run(b"DROP TABLE a.t;")

    try:
        server.run(b"CREATE DATABASE a CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;")
        server.run(fakegen(*options))
        names = columns()
        select("MariaDB, SQL, mysql", names)
        path = os.path.join(folder, "rows.tsv")
        with open(path, "wb") as file:
            file.write(fakegen("-f", "tsv", "--no-header"))
        # A boolean is a number there, and no word.
        booleans = [place for place, kind in enumerate(comparison.kinds) if kind == "boolean"]
        targets = ", ".join(f"@b{p}" if p in booleans else name for p, name in enumerate(names))
        sets = ", ".join(f"{names[p]} = @b{p} = 'true'" for p in booleans)
        load = f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE a.t CHARACTER SET utf8mb4 ({targets})"
        server.run(fakegen(*options, count="0"))
        server.run((load + (f" SET {sets}" if sets else "") + ";").encode())
        select("MariaDB, TSV", names)
    finally:
        server.process.terminate()
        server.process.wait()


with tempfile.TemporaryDirectory() as folder:
    comparison = Comparison()
    sqlite(comparison, folder)
    in_duckdb(comparison, folder)
    postgres(comparison, folder)
    mariadb(comparison, folder)
    name = "the shipped model" if model == "-" else os.path.basename(model)
    print(f"checks/databases: {name}: {rows} rows in {comparison.loads} loads are what was printed")
