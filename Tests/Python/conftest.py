import json
import os
import pathlib
import random
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def model():
    (path,) = (ROOT / "models").glob("vermont-????????.fakegen")
    return path


@pytest.fixture(scope="session")
def kinds():
    """A model with a column of every kind."""
    return ROOT / "Tests/Golden/kinds.fakegen"


@pytest.fixture(scope="session")
def command():
    """Runs the fakegen that FAKEGEN_PROGRAM names; gives its output."""
    program = os.environ["FAKEGEN_PROGRAM"]
    return lambda *arguments: subprocess.run(
        [program, *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="session")
def documents(tmp_path_factory):
    """A model of documents with lists of values, of messages, and of messages with lists."""
    if "FAKEGEN_TRAINER" not in os.environ:
        pytest.skip("there is no trainer")
    folder = tmp_path_factory.mktemp("documents")
    draws = random.Random(5)
    with open(folder / "orders.jsonl", "w") as file:
        for _ in range(400):
            items = [
                {
                    "sku": draws.choice(["a7", "b1", "ü"]),
                    "price": draws.randrange(100, 900) / 100,
                    "sent": draws.choice(["2024-03-01", "2024-03-02", None]),
                    "codes": [draws.randrange(9) for _ in range(draws.randrange(3))],
                }
                for _ in range(draws.randrange(4))
            ]
            row = {
                "city": draws.choice(["Oslo", "Bergen"]),
                "items": items if draws.random() < 0.8 else None,
                "tags": draws.choice([["new"], ["new", "gift"], []]),
            }
            file.write(json.dumps(row) + "\n")
    subprocess.run(
        [os.environ["FAKEGEN_TRAINER"], "learn", folder / "orders.jsonl", "--output",
         folder / "orders", "--set", "steps=30"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "orders.fakegen"


@pytest.fixture(scope="session")
def excluding(tmp_path_factory):
    """A model that must print no row, made by the quantize that lies beside the trainer."""
    if "FAKEGEN_TRAINER" not in os.environ:
        pytest.skip("there is no trainer")
    quantize = pathlib.Path(os.environ["FAKEGEN_TRAINER"]).with_name("quantize")
    folder = tmp_path_factory.mktemp("excluding")
    (checkpoint,) = (ROOT / "models").glob("vermont-small-*.checkpoint")
    # All rows have this region: none.
    subprocess.run(
        [quantize, checkpoint, "--output", folder / "model", "--exclude",
         ROOT / "examples/addresses.csv", "--exclude-fields", "REGION"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder / "model"
