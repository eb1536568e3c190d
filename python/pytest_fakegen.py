"""A pytest fixture: `fake_rows` is a fakegen.Generator that every test gets with a seed of its own.

The seed comes from the test's name, so a test sees the same rows alone, in another order, and on
another machine. Enable it in conftest.py with

    pytest_plugins = ["pytest_fakegen"]

and override the fixture `fakegen_model` there for a model of your own.
"""

import hashlib

import fakegen
import pytest


@pytest.fixture(scope="session")
def fakegen_model():
    """The model: a path, bytes, or None for the library's own."""
    return None


@pytest.fixture(scope="session")
def _fakegen_generator(fakegen_model):
    return fakegen.Generator(fakegen_model)


@pytest.fixture
def fake_rows(request, _fakegen_generator):
    """A generator whose seed is made from the test's name."""
    digest = hashlib.sha256(request.node.nodeid.encode()).digest()
    _fakegen_generator.seed = int.from_bytes(digest[:8], "little")
    return _fakegen_generator
