"""Fills a table of SQLAlchemy's with fake addresses:

    python fill.py sqlite:///addresses.db 10000 [SEED]

The class's attributes have the names of the model's columns, so that rows are dicts of them. The
table has no foreign keys; where one has, make its parent's rows first, and choose among their keys.
"""

import itertools
import sys

import fakegen
from sqlalchemy import Numeric, String, create_engine, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

# Rows of one INSERT.
CHUNK = 1000


class Base(DeclarativeBase):
    pass


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    longitude: Mapped[float] = mapped_column("LON", Numeric(9, 6, asdecimal=False))
    latitude: Mapped[float] = mapped_column("LAT", Numeric(9, 6, asdecimal=False))
    number: Mapped[str] = mapped_column("NUMBER", String)
    street: Mapped[str] = mapped_column("STREET", String)
    city: Mapped[str] = mapped_column("CITY", String, index=True)
    postcode: Mapped[str] = mapped_column("POSTCODE", String(5))


def main(url, count, seed=1):
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    # By the columns' names in the database, which are the model's.
    attributes = {
        attribute.columns[0].name: attribute.key for attribute in Address.__mapper__.column_attrs
    }
    addresses = (
        {attributes[name]: value for name, value in row.items() if name in attributes}
        for row in fakegen.dicts(count, seed=seed)
    )
    with Session(engine) as session, session.begin():
        while chunk := list(itertools.islice(addresses, CHUNK)):
            session.execute(insert(Address), chunk)
    with Session(engine) as session:
        total = session.scalar(select(func.count()).select_from(Address))
        cities = session.scalar(select(func.count(Address.city.distinct())))
        print(f"{total} addresses in {cities} cities")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
