import fakegen
import pytest
from fakegen.faker import FakegenProvider
from faker import Faker


def test_rows_follow_fakers_seed():
    fake = Faker()
    fake.add_provider(FakegenProvider)
    Faker.seed(5)
    first = [fake.fakegen_row() for _ in range(3)]
    city = fake.fakegen_value("CITY")
    Faker.seed(5)
    assert [fake.fakegen_row() for _ in range(3)] == first
    assert fake.fakegen_value("CITY") == city
    assert list(first[0]) == list(fakegen.Generator().names)
    assert first[0] != first[1]
    # Other providers go on beside it.
    assert fake.name()


def test_rows_are_the_models():
    fake = Faker()
    fake.add_provider(FakegenProvider)
    Faker.seed(6)
    row = fake.fakegen_row()
    Faker.seed(6)
    assert row == fakegen.Generator().dict(fake.random.getrandbits(64))
    assert len({fake.unique.fakegen_value("CITY") for _ in range(50)}) == 50


def test_a_model_of_ones_own(kinds):
    fake = Faker()
    fake.add_provider(FakegenProvider(fake, kinds))
    assert list(fake.fakegen_row()) == list(fakegen.Generator(kinds).names)
    with pytest.raises(ValueError, match="^column: expected one of id, ID, .*, found 'CITY'"):
        fake.fakegen_value("CITY")
