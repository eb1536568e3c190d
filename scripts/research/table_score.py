#!/usr/bin/env python3
"""How good synthetic rows of any table are, against rows held out of training.

  scripts/research/table_score.py TRAIN_CSV TEST_CSV [NAME=ROWS_CSV...]

Prints JSON: for each NAME, and for the training rows themselves as "real rows", which are the best
one can reach,
  auc     how well boosted trees tell the rows from held-out ones, 3-fold: 0.5 if they cannot
  shape   mean over columns of 1 - KS (numbers) or 1 - total variation (others: the 200 most
          frequent values and the rest)
  pair    mean over pairs of columns of 1 - total variation, in ten quantile bins of a number and
          the ten most frequent values of others
  tstr    mean over columns of what trees trained on the rows reach on held-out ones (R2, or
          macro 2 AUC - 1), over what trees trained on real rows do; columns that real rows predict
  null    greatest difference of a column's share of nulls
  copies  share of rows that are training rows
  known   share of texts that training rows have, over that of held-out rows
At most 20,000 rows of each table are looked at. The same rows give the same figures. Needs numpy,
pandas and scikit-learn.
"""

import itertools
import json
import os
import sys
import warnings

# Threads that wait for each other in a busy machine cost more than they save on such small tables.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.ensemble import HistGradientBoostingClassifier as Classifier  # noqa: E402
from sklearn.ensemble import HistGradientBoostingRegressor as Regressor  # noqa: E402
from sklearn.metrics import r2_score, roc_auc_score  # noqa: E402
from sklearn.model_selection import cross_val_predict  # noqa: E402

ROWS = 20_000
TOLD_APART = 6_000
TARGETS = 8


def reals(column):
    """The texts as numbers, nan for nulls and whatever is no number."""
    return pd.to_numeric(column.replace("", np.nan), errors="coerce").astype(float)


def total_variation(first, second):
    shares = [pd.Series(side).value_counts(normalize=True) for side in (first, second)]
    return shares[0].sub(shares[1], fill_value=0).abs().sum() / 2


class Scores:
    """The figures of tables beside one training table and rows held out of it."""

    def __init__(self, train, test):
        self.train, self.test = train, test
        self.columns = list(train)
        self.numbers = {name for name in train if self.is_number(train[name])}
        self.counts = {name: train[name].value_counts() for name in train}
        self.quantiles = {
            name: np.unique(np.nanquantile(reals(train[name]), np.linspace(0, 1, 11)[1:-1]))
            for name in self.numbers}
        self.rows = set(map(tuple, train.to_numpy()))
        targets = [name for name in train if self.is_target(name)][:TARGETS]
        reached = {name: self.predicted(train, name) for name in targets}
        self.reached = {name: score for name, score in reached.items() if score > 0.1}

    @staticmethod
    def is_number(column):
        values = reals(column[column != ""])
        return bool(len(values)) and values.notna().all() and values.nunique() > 12

    def is_target(self, name):
        distinct = self.train[name].nunique()
        return distinct > 1 and (
            name in self.numbers or distinct <= min(60, 0.5 * len(self.train)))

    def features(self, table):
        """Numbers as they are, others by their rank in the training table, and of texts that are
        (nearly) all distinct what can be said of such."""
        features = {}
        for name in self.columns:
            column, counts = table[name], self.counts[name]
            if name in self.numbers:
                features[name] = reals(column)
                continue
            if len(counts) > 0.5 * len(self.train):
                features[name, "length"] = column.str.len()
                features[name, "digits"] = column.str.count(r"\d")
                features[name, "first"] = column.str[:1].map(lambda c: ord(c) if c else 0)
                continue
            ranks = {
                value: rank for rank, (value, count) in enumerate(counts.items())
                if count >= 5 or len(counts) <= 30}
            features[name] = column.map(ranks).fillna(-1)
            if len(counts) > 200:
                features[name, "length"] = column.str.len()
        return pd.DataFrame(
            {name if isinstance(name, str) else "#".join(name): values.astype(float)
             for name, values in features.items()})

    def cells(self, table, name, values=10):
        """The column in few cells: a number's quantile bins, the most frequent values of others."""
        if name in self.numbers:
            numbers = reals(table[name]).to_numpy()
            bins = np.searchsorted(self.quantiles[name], numbers, side="right")
            return np.where(np.isnan(numbers), 99, bins)
        kept = {value: place for place, value in enumerate(self.counts[name].index[:values])}
        return table[name].map(kept).fillna(values).astype(int).to_numpy()

    def shape(self, table):
        scores = []
        for name in self.columns:
            if name not in self.numbers:
                scores.append(1 - total_variation(
                    self.cells(table, name, 200), self.cells(self.test, name, 200)))
                continue
            sides = [np.sort(reals(side[name]).dropna()) for side in (table, self.test)]
            if not all(len(side) for side in sides):
                scores.append(float(len(sides[0]) == len(sides[1])))
                continue
            grid = np.concatenate(sides)
            first, second = (np.searchsorted(side, grid, "right") / len(side) for side in sides)
            scores.append(1 - np.abs(first - second).max())
        return float(np.mean(scores))

    def pair(self, table):
        sides = [{name: self.cells(side, name) for name in self.columns}
                 for side in (table, self.test)]
        return float(np.mean([
            1 - total_variation(*(100 * side[first] + side[second] for side in sides))
            for first, second in itertools.combinations(self.columns, 2)]))

    def auc(self, table):
        count = min(len(table), len(self.test), TOLD_APART)
        features = pd.concat([
            self.features(side.sample(count, random_state=0)) for side in (table, self.test)])
        sides = np.repeat((0.0, 1.0), count)
        order = np.random.default_rng(0).permutation(2 * count)
        told = cross_val_predict(
            Classifier(max_iter=100, random_state=0), features.to_numpy()[order], sides[order],
            cv=3, method="predict_proba")
        return float(roc_auc_score(sides[order], told[:, 1]))

    def predicted(self, table, target):
        """How well trees trained on the table predict a column of held-out rows."""
        known = self.features(table.sample(min(len(table), ROWS), random_state=0))
        asked = self.features(self.test)
        inputs = [name for name in known if name.split("#")[0] != target]
        if target in self.numbers:
            present, wanted = known[target].notna(), asked[target].notna()
            if present.sum() < 50:
                return 0.0
            ends = np.nanquantile(reals(self.train[target]), (0.005, 0.995))
            model = Regressor(max_iter=100, random_state=0).fit(
                known[inputs][present], known[target][present].clip(*ends))
            return max(0.0, r2_score(
                asked[target][wanted].clip(*ends), model.predict(asked[inputs][wanted])))
        classes = min(self.train[target].nunique(), 6)
        labels, wanted = (
            side[target].where(side[target] >= 0, classes).clip(upper=classes)
            for side in (known, asked))
        # Trees set rows of each class aside.
        kept = labels.map(labels.value_counts()) > 1
        if labels[kept].nunique() < 2:
            return 0.0
        model = Classifier(max_iter=60, random_state=0).fit(known[inputs][kept], labels[kept])
        told = model.predict_proba(asked[inputs])
        total, weight = 0.0, 0
        for place, label in enumerate(model.classes_):
            of_label = wanted == label
            if 10 < of_label.sum() < len(of_label) - 10:
                total += of_label.sum() * (2 * roc_auc_score(of_label, told[:, place]) - 1)
                weight += of_label.sum()
        return max(0.0, total / weight) if weight else 0.0

    def known(self, table):
        texts = [name for name in self.columns if name not in self.numbers]
        shares = [table[name].isin(set(self.train[name])).mean() for name in texts]
        return float(np.mean(shares)) if texts else 1.0

    def of(self, table):
        table = table[self.columns].sample(min(len(table), ROWS), random_state=3)
        nulls = [(side == "").mean() for side in (table, self.test)]
        reached = [min(1.2, self.predicted(table, name) / score)
                   for name, score in self.reached.items()]
        known = self.known(self.test)
        return {
            "auc": self.auc(table), "shape": self.shape(table), "pair": self.pair(table),
            "tstr": float(np.mean(reached)) if reached else None,
            "null": float((nulls[0] - nulls[1]).abs().max()),
            "copies": float(np.mean([tuple(row) in self.rows for row in table.to_numpy()])),
            "known": self.known(table) / known if known else None,
        }


def main():
    if len(sys.argv) < 3 or not all("=" in argument for argument in sys.argv[3:]):
        sys.exit("usage: table_score.py TRAIN_CSV TEST_CSV [NAME=ROWS_CSV...]")
    warnings.filterwarnings("ignore")

    def load(path):
        return pd.read_csv(path, dtype=str, keep_default_na=False)

    train = load(sys.argv[1])
    scores = Scores(train, load(sys.argv[2]))
    figures = {"real rows": scores.of(train)}
    for argument in sys.argv[3:]:
        name, path = argument.split("=", 1)
        figures[name] = scores.of(load(path))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
