"""A pytest fixture: `fake_rows` is a fakegen.Generator that every test gets with a seed of its own.

The seed comes from the test's name, so a test sees the same rows alone, in another order, and on
another machine. Where the package is installed, pytest finds the fixture by itself; elsewhere enable
it in conftest.py with

    pytest_plugins = ["fakegen.pytest"]

Override the fixture `fakegen_model` there for a model of your own.
"""

from __future__ import annotations

import hashlib

import pytest

from ._generator import Generator, ModelSource


@pytest.fixture(scope="session")
def fakegen_model() -> ModelSource:
    """The model: a path, bytes, or None for the library's own."""
    return None


@pytest.fixture(scope="session")
def _fakegen_generator(fakegen_model: ModelSource) -> Generator:
    return Generator(fakegen_model)


@pytest.fixture
def fake_rows(request: pytest.FixtureRequest, _fakegen_generator: Generator) -> Generator:
    """A generator whose seed is made from the test's name."""
    digest = hashlib.sha256(request.node.nodeid.encode()).digest()
    _fakegen_generator.seed = int.from_bytes(digest[:8], "little")
    return _fakegen_generator
