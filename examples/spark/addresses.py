"""Writes fake addresses to Parquet, made by as many machines as Spark has:

    spark-submit --files fakegen examples/spark/addresses.py COUNT PARTITIONS OUTPUT [OPTION...]

Each partition pipes one line, the number of a shard, to `fakegen --shard`, so that the union of the
partitions is what one machine prints. The program must be where the environment variable FAKEGEN
says on every machine; with --files, as above, it is ./fakegen. OPTIONs go to it: --seed, --model.
"""

import os
import shlex
import subprocess
import sys

from pyspark.sql import SparkSession
from pyspark.sql.types import BooleanType, DecimalType, LongType, StringType, StructField, StructType


def schema(program, options):
    """Spark's types for the columns that `--list-fields` lists."""
    fields = []
    listing = subprocess.run(
        [program, *options, "--list-fields"], check=True, capture_output=True, text=True
    ).stdout
    for line in listing.splitlines():
        name, kind, _, presence = line.split("\t")
        if kind.startswith("real("):
            # Decimals, so that the digits stay.
            spark_type = DecimalType(19, int(kind[5:-1]))
        else:
            spark_type = {"integer": LongType(), "boolean": BooleanType()}.get(kind, StringType())
        fields.append(StructField(name, spark_type, presence == "may be null"))
    return StructType(fields)


def addresses(spark, program, count, partitions, options):
    """A data frame of `count` rows in `partitions` partitions."""
    columns = schema(program, options)
    command = shlex.join([program, *options, "--count", str(count), "--threads", "1"])
    # The line that comes in is the shard's number; a failure fails the task.
    script = f'read -r shard && exec {command} --format jsonl --shard "$shard/{partitions}"'
    lines = spark.sparkContext.parallelize(range(1, partitions + 1), partitions).pipe(
        shlex.join(["sh", "-c", script]), checkCode=True
    )
    # A row that does not fit the columns is an error, not a row of nulls.
    return spark.read.schema(columns).option("mode", "FAILFAST").json(lines)


def main():
    if len(sys.argv) < 4:
        sys.exit("usage: addresses.py COUNT PARTITIONS OUTPUT [OPTION...]")
    count, partitions, output, *options = sys.argv[1:]
    spark = SparkSession.builder.appName("fakegen").getOrCreate()
    program = os.environ.get("FAKEGEN", "./fakegen")
    rows = addresses(spark, program, int(count), int(partitions), options)
    rows.write.mode("errorifexists").parquet(output)
    spark.stop()


if __name__ == "__main__":
    main()
