"""Learns examples/orders.py's orders with examples/order.proto, from JSON Lines and from protobuf, and
reads what fakegen prints in every format that documents have: with protobuf's own library and protoc,
jq, SQLite and PostgreSQL.

    documents.py TRAINER FAKEGEN

In all of them each order's total is the sum of its items. A folder that is removed afterwards holds
everything; the PostgreSQL server runs in it.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

from server import Server

trainer, program = sys.argv[1:]
examples = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")
schema = os.path.join(examples, "order.proto")
ROWS = 400
TOTALS = """SELECT count(*) FROM orders WHERE abs(total - (SELECT sum({quantity} * {price})
    FROM {elements})) > 0.001"""


def run(*arguments, **options):
    result = subprocess.run(arguments, capture_output=True, **options)
    if result.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {result.stderr.decode()}")
    return result.stdout


def expect(what, expected, found):
    if found != expected:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def order_class(folder):
    """The class of orders, made of what protoc says of order.proto."""
    path = os.path.join(folder, "order.binpb")
    # protobuf's library has its own messages' files.
    own = os.path.join(folder, "include/google/protobuf")
    os.makedirs(own)
    with open(os.path.join(own, "timestamp.proto"), "w", encoding="utf-8") as file:
        file.write(
            'syntax = "proto3"; package google.protobuf;'
            "message Timestamp { int64 seconds = 1; int32 nanos = 2; }")
    run("protoc", "--include_imports", f"--descriptor_set_out={path}", f"-I{examples}",
        f"-I{folder}/include", schema)
    pool = descriptor_pool.DescriptorPool()
    with open(path, "rb") as file:
        for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
            pool.Add(proto)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.Order"))


def varint(data, place):
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
        shift += 7


def with_size(data):
    size, prefix = len(data), b""
    while size > 127:
        prefix += bytes([size & 127 | 128])
        size >>= 7
    return prefix + bytes([size]) + data


def delimited(data, order):
    orders, place = [], 0
    while place < len(data):
        size, place = varint(data, place)
        orders.append(order.FromString(data[place:place + size]))
        place += size
    return orders


def learn(data, name):
    run(trainer, "learn", data, "--schema", schema, "--size", "small", "--set", "steps=60",
        "--overwrite", "-o", name)
    return name + ".fakegen"


def check_totals(what, orders):
    for order in orders:
        total = sum(item.quantity * round(item.price * 100) for item in order.items)
        expect(f"{what}: the total of order {order.id}", total, round(order.total * 100))


def check_model(model, folder, data, order, server):
    def rows(*arguments):
        return run(program, "--model", model, "-n", str(ROWS), "--seed", "5", *arguments)

    nested = rows("-f", "jsonl", "--nested")
    path = os.path.join(folder, "rows.jsonl")
    with open(path, "wb") as file:
        file.write(nested)
    print(run(sys.executable, os.path.join(examples, "check_orders.py"), data, path).decode().strip())
    count = run(
        "jq", "-s", "[.[] | select((.total * 100 | round) == ([.items[] | (.quantity | tonumber) * "
        "(.price * 100 | round)] | add))] | length", input=nested)
    expect("jq", f"{ROWS}\n".encode(), count)

    # The library reads JSON and both forms of protobuf as the same messages, of the person's own type.
    parsed = [json_format.Parse(line, order()) for line in nested.splitlines()]
    check_totals("JSON", parsed)
    expect("delimited", parsed, delimited(rows("-f", "delimited"), order))
    container, place, found = rows("-f", "proto"), 0, []
    while place < len(container):
        tag, place = varint(container, place)
        expect("proto: a tag", 10, tag)
        size, place = varint(container, place)
        found.append(order.FromString(container[place:place + size]))
        place += size
    expect("proto", parsed, found)
    unknown = [one for one in found if list(one.ListFields()) and one.SerializeToString() == b""]
    expect("proto: unknown fields", [], unknown)
    text = run("protoc", "--decode=shop.Order", f"-I{examples}", f"-I{folder}/include", schema,
               input=found[0].SerializeToString()).decode()
    if "created_at {" not in text or any(line[:1].isdigit() for line in text.splitlines()):
        sys.exit(f"protoc: expected an order without unknown fields, found {text}")

    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.executescript(rows("-f", "sql", "--dialect", "sqlite", "--table", "orders").decode())
        expect("SQLite", (ROWS,), database.execute("SELECT count(*) FROM orders").fetchone())
        wrong = TOTALS.format(
            quantity="json_extract(value, '$.quantity')", price="json_extract(value, '$.price')",
            elements="json_each(orders.items)")
        expect("SQLite: totals", (0,), database.execute(wrong).fetchone())
    server.psql(script=b"CREATE SCHEMA fake; SET search_path TO fake;"
                + rows("-f", "sql", "--dialect", "postgres", "--table", "orders"))
    wrong = TOTALS.format(
        quantity="(item->>'quantity')::numeric", price="(item->>'price')::numeric",
        elements="jsonb_array_elements(items) AS item")
    for query, expected in (("SELECT count(*) FROM orders", ROWS), (wrong, 0)):
        found = server.psql(script=b"SET search_path TO fake;" + query.encode())
        expect("PostgreSQL", expected, int(found))
    server.psql("DROP SCHEMA fake CASCADE")


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "orders.jsonl")
        with open(data, "wb") as file:
            file.write(run(sys.executable, os.path.join(examples, "orders.py"), "1000"))
        order = order_class(folder)
        with open(data, encoding="utf-8") as file:
            messages = [json_format.Parse(line, order()).SerializeToString() for line in file]
        forms = {
            "delimited.binpb": b"".join(with_size(message) for message in messages),
            "rows.pb": b"".join(b"\n" + with_size(message) for message in messages),
        }
        server = Server(folder)
        try:
            model = learn(data, os.path.join(folder, "json"))
            check_model(model, folder, data, order, server)
            with open(os.path.join(folder, "json.proto"), encoding="utf-8") as file:
                expected = file.read().split("\n", 1)[1]
            for name, content in forms.items():
                path = os.path.join(folder, name)
                with open(path, "wb") as file:
                    file.write(content)
                own = learn(path, os.path.join(folder, "proto"))
                with open(os.path.join(folder, "proto.proto"), encoding="utf-8") as file:
                    found = file.read().split("\n", 1)[1]
                # The same columns are found, whatever form they are read from.
                expect(name, sorted(expected.splitlines()), sorted(found.splitlines()))
            check_model(own, folder, data, order, server)
        finally:
            server.stop()
    print("checks/documents: jq, protobuf's library, protoc, SQLite and PostgreSQL read the orders")


main()
