#!/usr/bin/env python3
"""Writes the figures of public tables into a document, in place of what is between the lines
<!-- tables --> and <!-- /tables -->, and prints them.

  scripts/research/table_report.py RUNS_FOLDER DOCUMENT

RUNS_FOLDER/NAME holds what scripts/research/tables has made: train.csv, scores.json, and for each
program PROGRAM.json.
"""

import csv
import datetime
import json
import pathlib
import platform
import re
import sys

PROGRAMS = {
    "fakegen": "**fakegen**",
    "cart": "CART, as synthpop does",
    "argn": "TabularARGN",
    "tvae": "TVAE, 100 epochs",
    "copula": "Gaussian copula",
}
FIGURES = ("auc", "shape", "pair", "tstr", "null", "copies")
FIRST = ("adult", "diamonds", "planes", "weather")
MARKERS = ("<!-- tables -->", "<!-- /tables -->")


def number(value, digits=3):
    return "-" if value is None else f"{value:.{digits}f}"


def duration(seconds):
    if seconds < 99.5:
        return f"{seconds:.0f} s" if seconds >= 9.5 else f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min"


def size(folder):
    with open(folder / "train.csv", newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        columns = len(next(rows))
        return f"{sum(1 for _ in rows):,} x {columns}"


def with_mean(scores):
    """The figures of our first seed as "fakegen", and the mean of those of all as "mean"."""
    ours = {program: figures for program, figures in scores.items() if program.startswith("fakegen-")}
    mean = {}
    for name in FIGURES:
        values = [figures[name] for figures in ours.values() if figures[name] is not None]
        mean[name] = sum(values) / len(values) if values else None
    others = {program: figures for program, figures in scores.items() if program not in ours}
    real = {"real rows": others.pop("real rows")}
    return real | ({"fakegen": ours["fakegen-1"], "mean": mean} if ours else {}) | others


def lines(folder, versions):
    """The table's lines: real rows, then the programs."""
    scores = with_mean(json.loads((folder / "scores.json").read_text()))
    first = f"{folder.name}, {size(folder)}"
    for program, figures in scores.items():
        about, label = {}, "real rows"
        if program == "mean":
            label = "the same, mean of seeds 1 to 5"
        elif program in PROGRAMS:
            about = json.loads((folder / f"{program}.json").read_text())
            label = PROGRAMS[program]
            versions.add(about["program"])
        cells = [first, label] + [
            "" if program == "real rows" and name == "copies" else number(figures[name])
            for name in FIGURES]
        cells += [duration(about["seconds"]), f"{about['rowsPerSecond']:,.0f}"] if about else ["", ""]
        yield "| " + " | ".join(cells) + " |"
        first = ""


def processor():
    try:
        for line in open("/proc/cpuinfo", encoding="utf-8"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def report(runs):
    folders = [folder for folder in runs.iterdir() if (folder / "scores.json").exists()]
    folders.sort(key=lambda folder: (
        FIRST.index(folder.name) if folder.name in FIRST else len(FIRST), folder.name))
    if not folders:
        sys.exit(f"{runs}: expected folders with scores.json; run scripts/research/tables")
    versions = set()
    text = ["| training rows | program | " + " | ".join(FIGURES) + " | time | rows/s |",
            "|---" * (4 + len(FIGURES)) + "|"]
    for folder in folders:
        text += lines(folder, versions)
    versions.discard("fakegen")
    others = f"; {', '.join(sorted(versions))}" if versions else ""
    text += ["", f"{processor()}, {datetime.date.today()}{others}."]
    return text


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: table_report.py RUNS_FOLDER DOCUMENT")
    document = pathlib.Path(sys.argv[2])
    text = document.read_text(encoding="utf-8")
    if not all(text.count(marker) == 1 for marker in MARKERS):
        sys.exit(f"{document}: expected one line {MARKERS[0]} and one line {MARKERS[1]}")
    made = "\n".join(report(pathlib.Path(sys.argv[1])))
    pattern = re.compile(f"{re.escape(MARKERS[0])}.*?{re.escape(MARKERS[1])}", re.DOTALL)
    document.write_text(
        pattern.sub(lambda _: f"{MARKERS[0]}\n{made}\n{MARKERS[1]}", text), encoding="utf-8")
    print(made)


if __name__ == "__main__":
    main()
