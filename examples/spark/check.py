"""Compares the Parquet files of addresses.py with what one fakegen prints.

    check.py PARQUET COUNT PARTITIONS [OPTION...]
"""

import csv
import io
import os
import subprocess
import sys
from decimal import Decimal

from pyspark.sql import SparkSession
from pyspark.sql.functions import input_file_name


def main():
    path, count, partitions, *options = sys.argv[1:]
    spark = SparkSession.builder.appName("check").getOrCreate()
    frame = spark.read.parquet(path)
    files = frame.select(input_file_name()).distinct().count()
    assert files == int(partitions), f"expected {partitions} files, found {files}"
    found = sorted(tuple(str(value) for value in row) for row in frame.collect())
    text = subprocess.run(
        [os.environ["FAKEGEN"], *options, "--count", count],
        check=True, capture_output=True, text=True,
    ).stdout
    header, *rows = csv.reader(io.StringIO(text))
    assert frame.columns == header, f"expected the columns {header}, found {frame.columns}"
    numbers = [isinstance(value, Decimal) for value in frame.first()]
    assert any(numbers) and not all(numbers)
    assert found == sorted(map(tuple, rows)), "the rows differ"
    print(f"check: {len(found)} rows of {files} partitions are those of one machine")
    spark.stop()


if __name__ == "__main__":
    main()
