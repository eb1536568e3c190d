#!/usr/bin/env python3
"""What the model of `trainer learn` costs to train in PyTorch: a GRU cell and a softmax or two for
each column, on the rows of a table, one after the other, no held-out looks.

  scripts/research/torch_table.py TRAIN_CSV [--state N] [--embedding N] [--batch N] [--steps N]

Prints examples/s of training steps (forward, backward, clipped Adam) on one thread. Numbers of over
128 distinct values take two softmaxes, over 256 quantile bins and the 8 cells of all bins, others
one; the softmax over bins is not factored, which PyTorch would be slower at. Needs numpy, pandas
and torch.
"""

import argparse
import time

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional


def tokens(column):
    """The column's classes as `(codes, number)`, one or two of them."""
    numbers = pd.to_numeric(column.replace("", np.nan), errors="coerce")
    if numbers.notna().sum() < (column != "").sum() or numbers.nunique() <= 128:
        codes, values = pd.factorize(column)
        if len(values) > 2_000:
            codes = np.minimum(codes, 2_000)
        return [(codes, codes.max() + 1)]
    places = numbers.rank(pct=True).fillna(0).to_numpy()
    cells = np.minimum(places * 2_048, 2_047).astype(int)
    return [(np.where(numbers.isna(), 256, cells // 8), 257), (cells % 8, 8)]


class Column(nn.Module):
    """A column's element: what it is decoded from, its softmaxes, its cell."""

    def __init__(self, sizes, state, width):
        super().__init__()
        self.embedding = nn.Linear(state, width)
        self.head = nn.Linear(width, sizes[0])
        self.told = nn.ModuleList(nn.Embedding(size, width) for size in sizes)
        self.cell = nn.GRUCell(width, state)
        self.fine = None
        if len(sizes) > 1:
            self.bin = nn.Embedding(sizes[0], width)
            self.hidden = nn.Linear(width, width)
            self.fine = nn.Linear(width, sizes[1])

    def forward(self, state, codes):
        e = functional.celu(self.embedding(functional.dropout(state, 0.1)), 3)
        e = functional.dropout(e, 0.1)
        loss = functional.cross_entropy(self.head(e), codes[0])
        if self.fine is not None:
            hidden = functional.celu(self.hidden(e + self.bin(codes[0])), 3)
            loss = loss + functional.cross_entropy(self.fine(hidden), codes[1])
        told = sum(table(code) for table, code in zip(self.told, codes))
        return loss, self.cell(told, state)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("--state", type=int, default=64)
    parser.add_argument("--embedding", type=int, default=64)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=60)
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    table = pd.read_csv(options.table, dtype=str, keep_default_na=False)
    table = table[[name for name in table if table[name].nunique() > 1]]
    classes = [tokens(table[name]) for name in table]
    codes = [[torch.tensor(code) for code, _ in column] for column in classes]
    columns = nn.ModuleList(
        Column([size for _, size in column], options.state, options.embedding)
        for column in classes)
    adam = torch.optim.Adam(columns.parameters(), 2e-3)

    def step(rows):
        state = torch.zeros(len(rows), options.state)
        total = 0
        for column, code in zip(columns, codes):
            loss, state = column(state, [part[rows] for part in code])
            total = total + loss
        adam.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(columns.parameters(), 1)
        adam.step()

    for _ in range(5):
        step(torch.randint(len(table), (options.batch,)))
    start = time.perf_counter()
    for _ in range(options.steps):
        step(torch.randint(len(table), (options.batch,)))
    print(f"{options.steps * options.batch / (time.perf_counter() - start):.0f}")


if __name__ == "__main__":
    main()
