#!/usr/bin/env python3
"""Writes orders as JSON Lines: documents with every kind of value that docs/Data.md describes, as
protobuf's JSON mapping has the messages of order.proto.

Usage: orders.py [COUNT [SEED]]

What hangs together in them: a product has its price and currency its country, an order one way of
payment or none, attributes under keys of which each has some of the orders, tags without repeats,
items in the order of their products, and as its total the sum of quantity times price. Orders in a
store are no gifts; gift is left out where it is false, and so are lists without elements.
"""
import json
import random
import sys

PRODUCTS = {
    "anvil": 4999, "bolt": 25, "chisel": 1250, "drill": 8900, "easel": 3450, "file": 799,
    "gloves": 999, "hammer": 1899, "ink": 450, "jigsaw": 7400,
}
CITIES = {
    "Oslo": "NO", "Bergen": "NO", "Graz": "AT", "Wien": "AT", "Lyon": "FR", "Paris": "FR",
    "Nantes": "FR",
}
NAMES = ["Ada", "Bo", "Cleo", "Dan", "Eva", "Finn", "Gry", "Hugo", "Ida", "Jon", "Kim", "Liv"]
TAGS = ["express", "fragile", "gift", "new", "returning", "sale"]
ATTRIBUTES = {
    "color": ["red", "green", "blue"], "wrap": ["paper", "box"], "channel": ["web", "shop"],
    "note": ["call first", "leave at door"], "campaign": ["spring", "autumn"],
    "size": ["small", "large"], "language": ["no", "de", "fr"], "priority": ["low", "high"],
    "packing": ["wood", "foam"], "referrer": ["friend", "search"],
}


def payment(chance):
    """One way of payment at most: a member of the order."""
    way = chance.choices(["card", "transfer", "voucher", None], [5, 3, 1, 1])[0]
    if way == "card":
        brand = chance.choice(["visa", "master", "amex"])
        return {"card": {"brand": brand, "last4": f"{chance.randrange(10000):04}"}}
    if way == "transfer":
        country = chance.choice(["NO", "AT", "FR"])
        return {"transfer": {"iban": country + "".join(chance.choices("0123456789", k=14))}}
    if way == "voucher":
        return {"voucher": chance.choice(["WELCOME", "SUMMER", "SORRY"])}
    return {}


def order(number, chance):
    """One order."""
    city = chance.choice(list(CITIES))
    # Larger orders from Paris, so that lists depend on the row around them.
    count = min(1 + int(chance.expovariate(0.6 if city == "Paris" else 1.2)), 6)
    products = sorted(chance.sample(list(PRODUCTS), count))
    items = [
        {"product": name, "quantity": chance.choice([1, 1, 1, 2, 3, 10 if name == "bolt" else 1]),
         "price": PRODUCTS[name] / 100}
        for name in products
    ]
    keys = chance.sample(list(ATTRIBUTES), chance.choice([0, 1, 1, 2, 3]))
    total = sum(item["quantity"] * PRODUCTS[item["product"]] for item in items)
    channel = chance.choices(["CHANNEL_WEB", "CHANNEL_STORE", "CHANNEL_PHONE"], [6, 3, 1])[0]
    row = {
        # 64 bits are texts in protobuf's JSON.
        "id": str(1000 + number),
        "customer": {"name": chance.choice(NAMES), "city": city, "country": CITIES[city]},
        "items": items,
        **payment(chance),
        "attributes": {key: chance.choice(ATTRIBUTES[key]) for key in sorted(keys)},
        "createdAt": f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}T"
        f"{chance.randrange(7, 22):02}:{chance.randrange(60):02}:{chance.randrange(60):02}Z",
        "tags": chance.sample(TAGS, chance.choice([0, 1, 1, 2, 3])),
        "channel": channel,
        "gift": channel != "CHANNEL_STORE" and chance.random() < 0.3,
        "total": total / 100,
    }
    return {key: value for key, value in row.items() if value not in ([], {}, False)}


def main():
    """Prints the orders."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    for number in range(count):
        print(json.dumps(order(number, chance)))


if __name__ == "__main__":
    main()
