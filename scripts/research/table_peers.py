#!/usr/bin/env python3
"""Rows of other programs that learn a table, for comparison with ours, on one thread.

  scripts/research/table_peers.py TRAIN_CSV OUTPUT_CSV PEER

PEER is one of
  cart   synthpop's way: each column by a tree on the columns before it, a donor drawn from the leaf
  argn   MOSTLY AI's TabularARGN, at most five minutes of training
  tvae   SDV's TVAE, 100 epochs
  copula SDV's Gaussian copula
Writes 20,000 rows, and prints JSON: program and version, seconds of training, rows a second. All
times are the processor's, so that what else the machine does changes neither them nor the rows.
All have their standard settings but for what is said above. Needs pandas, and scikit-learn,
mostlyai-engine or sdv.
"""

import importlib.metadata
import json
import os
import sys
import time
import warnings
from types import SimpleNamespace

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from pandas.api import types  # noqa: E402

ROWS = 20_000
CART_ROWS = 20_000
LEAF_ROWS = 5
MOMENT = r"^(\d{4}-\d\d-\d\d)(?:([T ])\d\d:\d\d:\d\d(Z?))?$"


def numbers(column):
    """The column as reals, null far below all; nothing if it has no numbers."""
    if not types.is_numeric_dtype(column) or types.is_bool_dtype(column):
        return None
    return column.astype(float).fillna(-1e9).to_numpy()


class CART:
    """Trees that draw whole values, so nothing outside of the data and many copies."""

    package = "scikit-learn"

    def fit(self, table):
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        table = table.sample(min(len(table), CART_ROWS), random_state=0).reset_index(drop=True)
        self.columns, known = [], []
        for name, column in table.items():
            codes, _ = pd.factorize(column, use_na_sentinel=False)
            reals = numbers(column)
            tree, members = None, {0: np.arange(len(column))}
            if known:
                is_number = reals is not None and column.nunique() > 20
                kind = DecisionTreeRegressor if is_number else DecisionTreeClassifier
                tree = kind(min_samples_leaf=LEAF_ROWS, random_state=0)
                tree.fit(np.column_stack(known), reals if is_number else codes)
                leaves = pd.Series(tree.apply(np.column_stack(known)))
                members = leaves.groupby(leaves).indices
            known.append(codes.astype(float) if reals is None else reals)
            self.columns.append((name, column.to_numpy(), known[-1], tree, members))

    def sample(self, rows):
        generator = np.random.default_rng(0)
        drawn, made = {}, []
        for name, values, feature, tree, members in self.columns:
            leaves = tree.apply(np.column_stack(made)) if tree else [0] * rows
            donors = np.array([generator.choice(members[leaf]) for leaf in leaves])
            drawn[name] = values[donors]
            made.append(feature[donors])
        return pd.DataFrame(drawn)


class TabularARGN:
    """An autoregressive network of categories and binned numbers. Dates and times are given to it
    as such, not as texts; rare texts it replaces by _RARE_, which protects them."""

    package = "mostlyai-engine"

    def fit(self, table):
        self.layouts = {}
        for name, column in table.items():
            texts = column.dropna()
            matches = texts.astype(str).str.extract(MOMENT)
            if len(texts) and matches[0].notna().all():
                shape = matches.iloc[0].fillna("")
                clock = "%H:%M:%S" if shape[1] else ""
                self.layouts[name] = f"%Y-%m-%d{shape[1]}{clock}{shape[2]}"
                parsed = pd.to_datetime(column, format=self.layouts[name])
                table = table.assign(**{name: parsed.dt.tz_localize(None)})
        import torch
        from mostlyai.engine import TabularARGN as Engine
        from mostlyai.engine._tabular import training

        torch.set_num_threads(1)
        # Its limit is one of processor time, too.
        training.time = SimpleNamespace(time=time.process_time)
        self.engine = Engine(max_training_time=5, verbose=0)
        self.engine.fit(table)

    def sample(self, rows):
        drawn = self.engine.sample(n_samples=rows)
        for name, layout in self.layouts.items():
            drawn[name] = pd.to_datetime(drawn[name]).dt.strftime(layout)
        return drawn


class SDV:
    """The synthesizers of the Synthetic Data Vault; `name` is one, `options` its own."""

    package = "sdv"

    def __init__(self, name, **options):
        self.name, self.options = name, options

    def fit(self, table):
        import sdv.single_table
        import torch
        from sdv.metadata import Metadata

        torch.set_num_threads(1)
        kinds = {
            name: "numerical" if types.is_numeric_dtype(column) and column.nunique() > 2
            else "categorical" for name, column in table.items()}
        metadata = Metadata.load_from_dict({"tables": {"table": {"columns": {
            name: {"sdtype": kind} for name, kind in kinds.items()}}}})
        synthesizer = getattr(sdv.single_table, f"{self.name}Synthesizer")
        self.synthesizer = synthesizer(metadata, **self.options)
        self.synthesizer.fit({"table": table})

    def sample(self, rows):
        drawn = self.synthesizer.sample(rows)
        return drawn["table"] if isinstance(drawn, dict) else drawn


PEERS = {
    "cart": CART,
    "argn": TabularARGN,
    "tvae": lambda: SDV("TVAE", epochs=100, enable_gpu=False),
    "copula": lambda: SDV("GaussianCopula"),
}


def with_whole_numbers(rows, table):
    """Rows in which whole numbers with nulls, reals to pandas, are printed as whole numbers."""
    for name, column in table.items():
        if types.is_float_dtype(column) and types.is_float_dtype(rows[name]) \
                and (column.dropna() % 1 == 0).all():
            rows[name] = rows[name].round().astype("Int64")
    return rows


def main():
    if len(sys.argv) != 4 or sys.argv[3] not in PEERS:
        sys.exit(f"usage: table_peers.py TRAIN_CSV OUTPUT_CSV {'|'.join(PEERS)}")
    train, output, name = sys.argv[1:]
    warnings.filterwarnings("ignore")
    table = pd.read_csv(train, keep_default_na=False, na_values=[""])
    peer = PEERS[name]()
    start = time.process_time()
    peer.fit(table)
    trained = time.process_time()
    rows = peer.sample(ROWS)
    end = time.process_time()
    with_whole_numbers(rows, table).to_csv(output, index=False)
    print(json.dumps({
        "program": f"{peer.package} {importlib.metadata.version(peer.package)}",
        "seconds": trained - start, "rowsPerSecond": len(rows) / (end - trained)}))


if __name__ == "__main__":
    main()
