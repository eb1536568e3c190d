"""The rounds and the table of scripts/research/bench."""

import os
import re
import statistics
import subprocess
import sys
import time

FAKEGEN = ".build/release/fakegen"
BENCH = ".build/release/generator-bench"
ROUNDS = 5
SECONDS = 1.0


def run(arguments):
    """Seconds that a program takes, and of them processor time."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"bench: {' '.join(arguments)} failed")
    process.returncode = 0
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def generate(model, rows, threads, level=None):
    """Seconds that rows take: processor time of one thread, which others on the machine do not
    lengthen; for several threads all of it."""
    elapsed, processor = run([
        FAKEGEN, "--model", model, "--count", str(rows), "--threads", str(threads),
        *(["--kernels", level] if level else [])])
    return processor if threads == 1 else elapsed


def kernel_levels():
    """The levels of this machine, the fastest last, as the message for another one names them."""
    refused = subprocess.run([FAKEGEN, "--kernels", "none"], capture_output=True, text=True)
    return re.search(r"this machine's (.*), found", refused.stderr)[1].split(", ")


def print_table(table):
    for number, cells in enumerate(table):
        print("| " + " | ".join(cells) + " |")
        if number == 0:
            print("|---" * len(cells) + "|")
    print()


def peak_memory(model, rows):
    """MB that a run takes at most, as the kernel counts them until just before its end."""
    arguments = [FAKEGEN, "--model", model, "--count", str(rows)]
    peak = 0
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            with open(f"/proc/{process.pid}/status") as status:
                fields = dict(line.split(":", 1) for line in status)
            # A process that has ended has no memory any more, and before it has become fakegen it
            # is a copy of this program.
            if fields["Name"].strip() == "fakegen" and "VmHWM" in fields:
                peak = max(peak, int(fields["VmHWM"].split()[0]))
            time.sleep(0.002)
    if process.returncode or not peak:
        sys.exit("bench: fakegen failed")
    return peak * 1024 / 1e6


def python_rates():
    """Rows a second of six address fields from Faker and from Mimesis."""
    import faker
    import mimesis

    fake = faker.Faker("en_US")
    address = mimesis.Address(mimesis.Locale.EN)

    def faker_row():
        return (fake.longitude(), fake.latitude(), fake.building_number(), fake.street_name(),
                fake.city(), fake.postcode())

    def mimesis_row():
        return (address.longitude(), address.latitude(), address.street_number(),
                address.street_name(), address.city(), address.postal_code())

    rates = []
    for row, count in ((faker_row, 2000), (mimesis_row, 20000)):
        start = time.process_time()
        for _ in range(count):
            ",".join(map(str, row()))
        rates.append(count / (time.process_time() - start))
    return rates


def main(models):
    cores = len(os.sched_getaffinity(0))
    counts = subprocess.run([BENCH, "count", *models], capture_output=True, check=True, text=True)
    multiply_adds = dict(zip(models, map(float, counts.stdout.split())))
    rows = {}
    for model in models:
        generate(model, 1000, 1)
        rows[model] = max(1000, int(20000 / generate(model, 20000, 1) * SECONDS))
    levels = kernel_levels()
    measured = {key: [] for key in ("avx2", "avxvnni", "avx512", "int8", "float", "faker", "mimesis")}
    by_level = {(level, model): [] for level in levels for model in models}
    single = {model: [] for model in models}
    every = {model: [] for model in models}
    cold = {model: [] for model in models}
    for _ in range(ROUNDS):
        peaks = subprocess.run([BENCH, "peaks"], capture_output=True, check=True, text=True)
        for key, value in zip(("avx2", "avxvnni", "avx512", "int8", "float"), map(float, peaks.stdout.split())):
            measured[key].append(value)
        for key, value in zip(("faker", "mimesis"), python_rates()):
            measured[key].append(value)
        for model in models:
            starts = [run([FAKEGEN, "--model", model, "--count", "1", "--threads", "1"])
                      for _ in range(5)]
            elapsed, processor = map(statistics.median, zip(*starts))
            cold[model].append(elapsed)
            # What it takes to start is not part of the rate.
            single[model].append(rows[model] / (generate(model, rows[model], 1) - processor))
            for level in levels:
                count = rows[model] if level != "reference" else max(100, rows[model] // 20)
                by_level[level, model].append(
                    count / (generate(model, count, 1, level) - processor))
            every[model].append(
                cores * rows[model] / (generate(model, cores * rows[model], cores) - elapsed))
    median = {key: statistics.median(values) for key, values in measured.items()}

    def ratio(number, whole):
        return f"{number / whole:.2f}" if whole else "-"

    table = [["", *(os.path.basename(model) for model in models)]]

    def line(name, value):
        table.append([name, *(value(model) for model in models)])

    def rate(model):
        return statistics.median(single[model])

    def products(model):
        return rate(model) * multiply_adds[model] / 1e9

    int16 = median["avx512"] or median["avxvnni"] or median["avx2"]
    line("rows/s, 1 thread", lambda m: f"{rate(m):,.0f}")
    line(f"rows/s, {cores} threads", lambda m: f"{statistics.median(every[m]):,.0f}")
    line("multiply-adds a row", lambda m: f"{multiply_adds[m]:,.0f}")
    line("share of the int16 peak", lambda m: ratio(products(m), int16))
    line("share of the int8 peak", lambda m: ratio(products(m), median["int8"]))
    line("times the products alone in float (OpenBLAS)", lambda m: ratio(products(m), median["float"]))
    line("times Faker", lambda m: ratio(rate(m), median["faker"]))
    line("times Mimesis", lambda m: ratio(rate(m), median["mimesis"]))
    line("start to first row, ms", lambda m: f"{statistics.median(cold[m]) * 1000:.1f}")
    line("peak memory, 10,000 rows, MB", lambda m: f"{peak_memory(m, 10_000):.1f}")
    line("peak memory, 1,000,000 rows, MB", lambda m: f"{peak_memory(m, 1_000_000):.1f}")
    line("model, bytes", lambda m: f"{os.path.getsize(m):,}")
    print_table(table)
    by_kernels = [["kernels, 1 thread", "model", "rows/s", "share of the level's int16 peak",
                   "times Faker", "times Mimesis"]]
    for (level, model), rates in by_level.items():
        found = statistics.median(rates)
        by_kernels.append([
            level, os.path.basename(model), f"{found:,.0f}",
            ratio(found * multiply_adds[model] / 1e9, median.get(level)),
            ratio(found, median["faker"]), ratio(found, median["mimesis"])])
    print_table(by_kernels)
    print(f"Medians of {ROUNDS} rounds on {cores} cores, of one thread in processor time. "
          "In the same rounds, on one core: "
          f"int16 peak {median['avx512']:.1f} with AVX-512, {median['avxvnni']:.1f} with AVX-VNNI, "
          f"{median['avx2']:.1f} with AVX2, "
          f"int8 peak {median['int8']:.1f}, "
          f"float {median['float']:.1f} billion multiply-adds/s; "
          f"Faker {median['faker']:,.0f}, Mimesis {median['mimesis']:,.0f} rows/s of six fields. "
          f"The program has {os.path.getsize(FAKEGEN):,} bytes with the shipped model.")


main(sys.argv[1:])
