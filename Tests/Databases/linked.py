"""Learns made-up linked tables, from files, from SQLite and from PostgreSQL, and loads what fakegen
prints into SQLite, PostgreSQL and DuckDB, with foreign keys on, as SQL and as CSV.

    linked.py TRAINER FAKEGEN

Counts of joins are compared with those of the rows, and shards are loaded one after the other. A
folder that is removed afterwards holds everything; the PostgreSQL server runs in it.
"""

import contextlib
import csv
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

import duckdb

from server import Server

trainer, program = sys.argv[1], sys.argv[2]
TABLES = ("customers", "orders", "items")
LOOKUPS = ("products", "stores")
JOIN = (
    "SELECT count(*) FROM items JOIN orders ON items.order_id = orders.id "
    "JOIN customers ON orders.customer_id = customers.id "
    "JOIN products ON items.product_id = products.id JOIN stores ON items.store_id = stores.id"
)


def run(*arguments, **options):
    result = subprocess.run(arguments, capture_output=True, **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {result.stderr.decode()}")
    return result.stdout


def make_tables(folder):
    """Customers with orders with items, and products and stores that stay as they are."""
    draws = random.Random(3)
    products = [(f"P{number:02}", f"it's {number}") for number in range(12)]
    stores = [(101, "Oslo"), (102, "Roma"), (103, "Bonn")]
    customers, orders, items = [], [], []
    for number in range(300):
        is_shop = draws.random() < 0.3
        customers.append((number + 1, "shop" if is_shop else "home", draws.choice(["Oslo", "Roma"])))
        for _ in range(draws.randint(1, 3) if is_shop else draws.randint(0, 1)):
            orders.append((f"A-{len(orders) + 100}", number + 1, "bill" if is_shop else "card"))
            for place in range(draws.randint(1, 3)):
                product = draws.choice(products[6:] if is_shop else products[:6])[0]
                store = draws.choice(stores)[0]
                items.append((len(items) + 1, orders[-1][0], product, store, draws.randint(1, 9)))
    tables = {
        "customers": (("id", "kind", "city"), customers),
        "orders": (("id", "customer_id", "pay"), orders),
        "items": (("id", "order_id", "product_id", "store_id", "n"), items),
        "products": (("id", "name"), products),
        "stores": (("id", "town"), stores),
    }
    for name, (header, rows) in tables.items():
        with open(os.path.join(folder, f"{name}.csv"), "w", newline="") as file:
            csv.writer(file).writerows([header, *rows])
    return tables


SCHEMA = """
CREATE TABLE customers (id BIGINT PRIMARY KEY, kind TEXT, city TEXT);
CREATE TABLE products (id TEXT PRIMARY KEY, name TEXT);
CREATE TABLE stores (id BIGINT PRIMARY KEY, town TEXT);
CREATE TABLE orders (id TEXT PRIMARY KEY, customer_id BIGINT REFERENCES customers (id), pay TEXT);
CREATE TABLE items (
  id BIGINT PRIMARY KEY, order_id TEXT REFERENCES orders (id),
  product_id TEXT REFERENCES products (id), store_id BIGINT REFERENCES stores (id), n BIGINT);
"""


def learn(name, *arguments):
    options = ("--size", "small", "--set", "steps=60", "--overwrite", "-o", name)
    run(trainer, "learn", *arguments, *options)
    return name + ".fakegen"


def fakegen(model, *arguments):
    return run(program, "--model", model, "-n", "500", *arguments)


def expected_counts(model, folder, shards):
    """How many rows each table has, by their files."""
    counts = dict.fromkeys(TABLES, 0)
    for shard in shards:
        fakegen(model, "--shard", shard, "-o", folder + "/")
        for name in TABLES:
            with open(os.path.join(folder, f"{name}.csv"), newline="") as file:
                counts[name] += sum(1 for _ in csv.reader(file)) - 1
    return counts


def check(what, counts, select):
    for name in TABLES:
        found = int(select(f"SELECT count(*) FROM {name}"))
        if found != counts[name]:
            sys.exit(f"{what}: expected {counts[name]} rows of {name}, found {found}")
        if name == "customers" and found != 500:
            sys.exit(f"{what}: expected 500 customers, found {found}")
    found = int(select(JOIN))
    if found != counts["items"]:
        sys.exit(f"{what}: expected {counts['items']} items with an order and a product, found {found}")


def check_model(what, model, folder, tables, server):
    shards = ("1/3", "2/3", "3/3")
    counts = expected_counts(model, os.path.join(folder, "csv"), shards)
    insert = "".join(
        "INSERT INTO {} VALUES ('{}', '{}');\n".format(
            name, *(str(cell).replace("'", "''") for cell in row))
        for name in LOOKUPS
        for row in tables[name][1]
    )
    lookup = (
        "CREATE TABLE products (id TEXT PRIMARY KEY, name TEXT);\n"
        "CREATE TABLE stores (id BIGINT PRIMARY KEY, town TEXT);\n" + insert)

    for dialect in ("standard", "sqlite"):
        path = os.path.join(folder, "rows.db")
        sql = [fakegen(model, "-f", "sql", "--dialect", dialect, "--shard", shard) for shard in shards]
        script = "PRAGMA foreign_keys=ON;\n" + lookup
        run("sqlite3", "-bail", path, input=script.encode() + b"".join(sql))
        with contextlib.closing(sqlite3.connect(path)) as database:
            if broken := list(database.execute("PRAGMA foreign_key_check")):
                sys.exit(f"{what}, SQLite: broken keys: {broken[:3]}")
            check(f"{what}, SQLite, {dialect}", counts, lambda text: database.execute(text).fetchone()[0])
        os.remove(path)

    for dialect in ("standard", "duckdb"):
        with contextlib.closing(duckdb.connect()) as database:
            database.execute(lookup)
            for shard in shards:
                database.execute(fakegen(model, "-f", "sql", "--dialect", dialect, "--shard", shard).decode())
            check(f"{what}, DuckDB, {dialect}", counts, lambda text: database.execute(text).fetchone()[0])

    for dialect in ("standard", "postgres"):
        server.psql(script=b"CREATE SCHEMA fake; SET search_path TO fake;" + lookup.encode())
        for shard in shards:
            sql = fakegen(model, "-f", "sql", "--dialect", dialect, "--shard", shard)
            server.psql(script=b"SET search_path TO fake;" + sql)
        check(
            f"{what}, PostgreSQL, {dialect}", counts,
            lambda text: server.psql(script=f"SET search_path TO fake; {text}".encode()))
        server.psql("DROP SCHEMA fake CASCADE")

    # The files, under the tables that the database had at first.
    fakegen(model, "-o", os.path.join(folder, "csv") + "/")
    whole = {}
    for name in TABLES:
        with open(os.path.join(folder, "csv", f"{name}.csv"), "rb") as file:
            whole[name] = file.read()
    server.psql(script=b"CREATE SCHEMA fake; SET search_path TO fake;" + (SCHEMA + insert).encode())
    for name in TABLES:
        server.psql(f"COPY fake.{name} FROM STDIN (FORMAT csv, HEADER MATCH)", whole[name])
    counts = expected_counts(model, os.path.join(folder, "csv"), ("1/1",))
    check(
        f"{what}, PostgreSQL, CSV", counts,
        lambda text: server.psql(script=f"SET search_path TO fake; {text}".encode()))
    server.psql("DROP SCHEMA fake CASCADE")
    path = os.path.join(folder, "rows.db")
    imports = "".join(
        f".import --csv --skip 1 {os.path.join(folder, 'csv', name)}.csv {name}\n" for name in TABLES)
    run("sqlite3", "-bail", path, input=("PRAGMA foreign_keys=ON;" + SCHEMA + insert + imports).encode())
    with contextlib.closing(sqlite3.connect(path)) as database:
        if broken := list(database.execute("PRAGMA foreign_key_check")):
            sys.exit(f"{what}, SQLite, CSV: broken keys: {broken[:3]}")
        check(f"{what}, SQLite, CSV", counts, lambda text: database.execute(text).fetchone()[0])
    os.remove(path)
    print(f"checks/linked: {what}: {counts['items']} items of {counts['orders']} orders load and join")


with tempfile.TemporaryDirectory() as folder:
    tables = make_tables(folder)
    server = Server(folder)
    try:
        files = [argument for name in TABLES for argument in ("--table", f"{folder}/{name}.csv")]
        lookups = [argument for name in LOOKUPS for argument in ("--lookup", f"{folder}/{name}.csv")]
        model = learn(f"{folder}/files", *files, *lookups)
        check_model("files", model, folder, tables, server)

        database = os.path.join(folder, "shop.sqlite")
        imports = "".join(
            f".import --csv --skip 1 {folder}/{name}.csv {name}\n"
            for name in ("customers", *LOOKUPS, "orders", "items"))
        run("sqlite3", "-bail", database, input=("PRAGMA foreign_keys=ON;" + SCHEMA + imports).encode())
        model = learn(f"{folder}/sqlite", database, "--lookup", "products", "--lookup", "stores")
        check_model("SQLite", model, folder, tables, server)

        server.psql(script=SCHEMA.encode())
        for name in ("customers", *LOOKUPS, "orders", "items"):
            with open(f"{folder}/{name}.csv", "rb") as file:
                server.psql(f"COPY {name} FROM STDIN (FORMAT csv, HEADER)", file.read())
        url = f"postgresql:///postgres?host={server.folder}&user=fakegen"
        model = learn(f"{folder}/postgres", url, "--lookup", "products", "--lookup", "stores")
        sql = run(program, "--model", model, "-n", "0", "-f", "sql").decode()
        for name in LOOKUPS:
            if f'REFERENCES "{name}"' not in sql:
                sys.exit(f"PostgreSQL: expected a foreign key to {name}, found none in {sql}")
        check_model("PostgreSQL", model, folder, tables, server)
    finally:
        server.stop()
