"""The rounds and the table of scripts/research/bench-python."""

import os
import statistics
import sys
import time

import faker
import fakegen
import mimesis
import pyarrow

ROUNDS = 7


def makers(model):
    """What is measured: its name, what makes a number of rows, and how many it makes."""
    rows = fakegen.Generator(model)
    fake = faker.Faker("en_US")
    address = mimesis.Address(mimesis.Locale.EN)
    names = ("LON", "LAT", "NUMBER", "STREET", "CITY", "POSTCODE")
    fakers = (fake.longitude, fake.latitude, fake.building_number, fake.street_name, fake.city,
              fake.postcode)
    mimeses = (address.longitude, address.latitude, address.street_number, address.street_name,
               address.city, address.postal_code)

    def dicts(functions, count):
        return [dict(zip(names, [function() for function in functions])) for _ in range(count)]

    cores = len(os.sched_getaffinity(0))
    return [
        ("rows as dicts: `dicts`", lambda n: list(rows.dicts(count=n)), 8000),
        ("rows as tuples: `rows`", lambda n: list(rows.rows(count=n)), 8000),
        ("columns: `pyarrow.table(table)`", lambda n: pyarrow.table(rows.table(n)), 20000),
        ("pandas: `frame`, 1 thread", lambda n: rows.frame(n, threads=1), 20000),
        ("polars: `frame`, 1 thread", lambda n: rows.frame(n, to="polars", threads=1), 20000),
        (f"pandas: `frame`, {cores} threads", lambda n: rows.frame(n), 40000),
        (f"polars: `frame`, {cores} threads", lambda n: rows.frame(n, to="polars"), 40000),
        ("Faker, six fields as dicts", lambda n: dicts(fakers, n), 1000),
        ("Mimesis, six fields as dicts", lambda n: dicts(mimeses, n), 10000),
    ]


def main(model):
    things = makers(model)
    for _, make, _ in things:
        make(100)
    clock = {name: [] for name, _, _ in things}
    processor = {name: [] for name, _, _ in things}
    for _ in range(ROUNDS):
        for name, make, count in things:
            started = time.perf_counter(), time.process_time()
            made = make(count)
            clock[name].append(count / (time.perf_counter() - started[0]))
            processor[name].append(count / (time.process_time() - started[1]))
            del made
    base = things[0][0]
    print("| | rows/s on the clock | times `dicts` | rows/s of processor time | times `dicts` |")
    print("|---|---|---|---|---|")
    for name, _, _ in things:
        cells = []
        for rates in (clock, processor):
            ratio = statistics.median(map(lambda a, b: a / b, rates[name], rates[base]))
            cells += [f"{statistics.median(rates[name]):,.0f}", f"{ratio:.1f}"]
        print("| " + " | ".join([name, *cells]) + " |")


main(sys.argv[1] if len(sys.argv) > 1 else None)
