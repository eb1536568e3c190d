import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "python"))

pytest_plugins = ["pytest_fakegen", "pytester"]


@pytest.fixture(scope="session")
def model():
    (path,) = (ROOT / "models").glob("vermont-????????.fakegen")
    return path


@pytest.fixture(scope="session")
def command():
    """Runs the fakegen that FAKEGEN_PROGRAM names; gives its output."""
    program = os.environ["FAKEGEN_PROGRAM"]
    return lambda *arguments: subprocess.run(
        [program, *arguments], check=True, capture_output=True, text=True
    ).stdout
