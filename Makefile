.PHONY: setup build test bench format lint

# Installs what the build and the tests need.
setup:
	scripts/setup

build:
	swift build -c release

test:
	scripts/test

# How fast the trainer is on this machine.
bench:
	swift run -c release trainer bench --schema examples/address.proto --data examples/addresses.csv

format:
	scripts/format

lint:
	scripts/lint
