.PHONY: setup build test bench bench-training format lint check-c check-python check-spark install dist wheel

# Installs what the build and the tests need.
setup:
	scripts/setup

build:
	swift build -c release

test:
	scripts/test

# How fast rows are generated on this machine.
bench:
	scripts/research/bench

# How fast the trainer is on this machine.
bench-training:
	swift run -c release trainer bench --schema examples/address.proto --data examples/addresses.csv

format:
	scripts/format

lint:
	scripts/lint

# The C library, the Python package and the example on Spark, each against the command.
check-c check-python check-spark:
	scripts/checks/$(@:check-%=%)

# The program, the C library, the man page and completions.
PREFIX ?= /usr/local
install:
	scripts/builds/install $(PREFIX)

# The release archive with the static program, in .build/dist.
dist:
	scripts/builds/dist

# The Python wheel, in .build/wheel.
wheel:
	scripts/builds/wheel
