#!/usr/bin/env python3
"""The metrics' p-values of coordinates given the zip, computed by numpy and scipy.

  scripts/research/scipy_pvalues.py make-tables FOLDER
      writes FOLDER/reference.csv and FOLDER/candidates.csv, invented rows with the columns
      LAT, LON, POSTCODE: ordinary zips, zips with too few rows, on one point and on one line,
      unknown and empty ones.
  scripts/research/scipy_pvalues.py measure REFERENCE.csv CANDIDATES.csv
      prints JSON: the candidates' p-values with mean, median, standard deviation, and the
      two-sample Kolmogorov-Smirnov distance to the reference's own p-values.

The committed fixtures were made with numpy 2.4.6 and scipy 1.17.1 by

  scripts/research/scipy_pvalues.py make-tables Tests/EvaluationTests/Fixtures
  cd Tests/EvaluationTests/Fixtures
  ../../../scripts/research/scipy_pvalues.py measure reference.csv candidates.csv > expected.json
"""

import collections
import csv
import json
import pathlib
import sys

import numpy as np
from scipy.spatial.distance import mahalanobis
from scipy.stats import chi2, ks_2samp

MINIMUM_ROWS = 3
MINIMUM_DEVIATION = 1e-6


def make_tables(folder):
    generator = np.random.default_rng(20240607)
    reference, candidates = [], []

    def add(rows, zip_code, places):
        rows.extend((f"{latitude:.6f}", f"{longitude:.6f}", zip_code) for latitude, longitude in places)

    for index in range(12):
        centre = generator.uniform((42.5, -73.5), (45.0, -71.5))
        spread = generator.normal(size=(2, 2)) * 0.05
        for rows, count in ((reference, 4 + 5 * index), (candidates, 12)):
            draws = generator.standard_normal((count, 2)) * (1 if rows is reference else 1.5)
            add(rows, f"{10000 + index}", centre + draws @ spread.T)
    line = np.linspace(0, 1, 7)[:, None]
    for rows in (reference, candidates):
        add(rows, "20001", [(44.1, -72.9)] * 2)
        add(rows, "20002", [(44.2, -72.8)] * 5)
        add(rows, "20003", np.array((43.0, -72.0)) + line * (0.6, 0.12))
        add(rows, "20004", np.array((43.0, -72.0)) + line * (0.0, 0.12))
        add(rows, "", generator.normal((44.0, -72.5), 0.3, size=(9, 2)))
    add(reference, "20005", generator.normal((44.3, -72.3), 3e-6, size=(40, 2)))
    add(candidates, "20005", generator.normal((44.3, -72.3), 3e-6, size=(10, 2)))
    add(candidates, "10000", [(0, 0), (90, 180), (-90, -180)])
    add(candidates, "30001", generator.normal((44.0, -72.5), 0.3, size=(4, 2)))

    for name, rows in (("reference", reference), ("candidates", candidates)):
        with open(pathlib.Path(folder) / f"{name}.csv", "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("LAT", "LON", "POSTCODE"))
            writer.writerows(rows)


def read_table(path):
    with open(path, newline="") as file:
        return [
            (row["POSTCODE"], np.array((float(row["LAT"]), float(row["LON"]))))
            for row in csv.DictReader(file)
        ]


def fit(rows):
    places = collections.defaultdict(list)
    for zip_code, place in rows:
        places[zip_code].append(place)
    result = {}
    for zip_code, group in places.items():
        if len(group) < MINIMUM_ROWS:
            continue
        covariance = np.cov(np.array(group), rowvar=False)
        # The longitude's deviation once the latitude is known: what is left after regression.
        left = covariance[1, 1] - covariance[0, 1] ** 2 / covariance[0, 0] if covariance[0, 0] else 0
        if min(covariance[0, 0], left) < MINIMUM_DEVIATION**2:
            continue
        result[zip_code] = (np.mean(group, axis=0), np.linalg.inv(covariance))
    return result


def p_values(distributions, rows):
    return [
        float(chi2.sf(mahalanobis(place, *distributions[zip_code]) ** 2, 2))
        if zip_code in distributions
        else 0.0
        for zip_code, place in rows
    ]


def measure(reference_path, candidates_path):
    reference = read_table(reference_path)
    distributions = fit(reference)
    values = p_values(distributions, read_table(candidates_path))
    return {
        "distributionCount": len(distributions),
        "pValues": values,
        "mean": float(np.mean(values)),
        "median": float(np.median(values)),
        "standardDeviation": float(np.std(values)),
        "distance": float(ks_2samp(values, p_values(distributions, reference)).statistic),
    }


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["make-tables"] and len(arguments) == 2:
        make_tables(arguments[1])
    elif arguments[:1] == ["measure"] and len(arguments) == 3:
        print(json.dumps(measure(arguments[1], arguments[2]), indent=1))
    else:
        sys.exit(__doc__)
