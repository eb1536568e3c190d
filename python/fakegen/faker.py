"""A provider for Faker: rows whose fields agree.

    from faker import Faker
    from fakegen.faker import FakegenProvider

    fake = Faker()
    fake.add_provider(FakegenProvider)
    fake.fakegen_row()["CITY"]
    fake.fakegen_value("CITY")

The numbers of the rows are Faker's own random draws, so that `Faker.seed` decides which they are.
"""

from __future__ import annotations

from typing import Any, Dict

from faker.providers import BaseProvider

from ._generator import Generator, ModelSource, Value


class FakegenProvider(BaseProvider):
    """Rows of a model, as `fake.fakegen_row()`; `fake.add_provider(FakegenProvider(fake, model))`
    takes a model of one's own."""

    def __init__(self, generator: Any, model: ModelSource = None):
        """`generator` is the Faker, `model` a model file's path or bytes, None for the library's
        own."""
        super().__init__(generator)
        self._rows = Generator(model)

    def fakegen_row(self) -> Dict[str, Value]:
        """Returns a row as a dict whose keys are the columns' names."""
        return self._rows.dict(self.generator.random.getrandbits(64))

    def fakegen_value(self, column: str) -> Value:
        """Returns one column's value of a row. Values of one row agree: for several, take them from
        a `fakegen_row`."""
        if column not in self._rows.names:
            raise ValueError(
                f"column: expected one of {', '.join(self._rows.names)}, found {column!r}"
            )
        return self.fakegen_row()[column]
