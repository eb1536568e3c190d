#!/usr/bin/env python3
"""How well boosted trees tell two tables of addresses apart: the area under the ROC curve, 0.5 if
they cannot, 1 if they always can.

  scripts/research/two_sample_auc.py --data TRAIN.csv --held-out HELD-OUT.csv ROWS.csv...

Compares each table of ROWS with the held-out rows and prints JSON, a list with a figure per table.
TRAIN serves as the reference of the features only. The tables have the columns LON, LAT, NUMBER,
STREET, CITY and POSTCODE (examples/address.proto). Both sides are cut to equal numbers of rows,
drawn at random; scikit-learn's HistGradientBoostingClassifier with its standard setting is trained
and tested by 5-fold cross-validation. The same seed gives the same figures.

Features of a row: latitude, longitude; the house number as a number, and its length; the rank of
the zip and of the city by frequency in TRAIN; the street's length and number of words; the
frequencies in TRAIN of its first, last and rarest word; its mean log-probability by character
bigrams of TRAIN (add one); the p-value of the coordinates given the zip.
"""

import argparse
import collections
import csv
import json
import math
import os
import pathlib
import sys

# Threads that wait for each other in a busy machine cost more than they save on such small tables.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import scipy_pvalues  # noqa: E402

COLUMNS = ("LON", "LAT", "NUMBER", "STREET", "CITY", "POSTCODE")


def number(text):
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def read_table(path):
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            sys.exit(f"{path}: expected the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}")
        rows = [{name: row[name] or "" for name in COLUMNS} for row in reader]
    if not rows:
        sys.exit(f"{path}: expected at least one row, found none")
    return rows


class Features:
    """What a row looks like beside the training rows."""

    def __init__(self, training):
        self.ranks = {}
        for column in ("POSTCODE", "CITY"):
            counts = collections.Counter(row[column] for row in training)
            self.ranks[column] = {
                value: rank for rank, (value, _) in enumerate(sorted(
                    counts.items(), key=lambda item: (-item[1], item[0])))
            }
        self.words = collections.Counter(word for row in training for word in row["STREET"].split())
        self.bigrams = collections.Counter()
        self.firsts = collections.Counter()
        letters = set()
        for row in training:
            text = f"\0{row['STREET']}\0"
            letters.update(text)
            self.bigrams.update(zip(text, text[1:]))
            self.firsts.update(text[:-1])
        self.letters = len(letters)
        places = [(row["POSTCODE"], self.place(row)) for row in training]
        self.distributions = scipy_pvalues.fit(
            [item for item in places if np.isfinite(item[1]).all()])

    @staticmethod
    def place(row):
        return np.array((number(row["LAT"]), number(row["LON"])))

    def bigram_probability(self, street):
        text = f"\0{street}\0"
        return np.mean([
            math.log((self.bigrams[pair] + 1) / (self.firsts[pair[0]] + self.letters))
            for pair in zip(text, text[1:])
        ])

    def of(self, row):
        words = row["STREET"].split()
        frequencies = [self.words[word] for word in words] or [math.nan]
        place = self.place(row)
        p_value = 0.0
        if np.isfinite(place).all():
            p_value = scipy_pvalues.p_values(self.distributions, [(row["POSTCODE"], place)])[0]
        return [
            place[0], place[1], number(row["NUMBER"]), len(row["NUMBER"]),
            *(self.ranks[column].get(row[column], len(self.ranks[column]))
              for column in ("POSTCODE", "CITY")),
            len(row["STREET"]), len(words), frequencies[0], frequencies[-1], min(frequencies),
            self.bigram_probability(row["STREET"]), p_value,
        ]

    def table(self, rows):
        return np.array([self.of(row) for row in rows], dtype=float)


def auc(features, rows, held_out, seed):
    generator = np.random.default_rng(seed)
    count = min(len(rows), len(held_out))
    sides = [
        features.table([table[i] for i in generator.permutation(len(table))[:count]])
        for table in (rows, held_out)
    ]
    x = np.concatenate(sides)
    y = np.repeat((0, 1), count)
    folds = []
    for train, test in StratifiedKFold(5, shuffle=True, random_state=seed).split(x, y):
        model = HistGradientBoostingClassifier(random_state=seed).fit(x[train], y[train])
        folds.append(float(roc_auc_score(y[test], model.predict_proba(x[test])[:, 1])))
    return {"auc": float(np.mean(folds)), "folds": folds, "rowsOfEach": count}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="+")
    parser.add_argument("--data", required=True)
    parser.add_argument("--held-out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    features = Features(read_table(arguments.data))
    held_out = read_table(arguments.held_out)
    results = [
        {"table": path, **auc(features, read_table(path), held_out, arguments.seed)}
        for path in arguments.rows
    ]
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
