#!/usr/bin/env python3
"""Checks generated orders (JSON Lines, nested) against those they were learned from.

Usage: check_orders.py ORDERS ROWS

What holds in all orders must hold in all rows: one way of payment at most, products that no order
has twice and in order, tags without repeats, known attributes with values of their own, prices that
follow from products, countries from cities, and totals.
"""
import json
import sys


def main():
    """Prints the number of rows, or stops at the first that is not as it should be."""
    with open(sys.argv[1], encoding="utf-8") as file:
        orders = [json.loads(line) for line in file]
    prices = {item["product"]: item["price"] for order in orders for item in order["items"]}
    countries = {order["customer"]["city"]: order["customer"]["country"] for order in orders}
    attributes = {}
    for order in orders:
        for key, value in order["attributes"].items():
            attributes.setdefault(key, set()).add(value)
    counts = [{len(order[key]) for order in orders} for key in ("items", "attributes", "tags")]
    ways = {}
    matching = entries = 0
    with open(sys.argv[2], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        payment = {key: value for key, value in (row["payment"] or {}).items() if value is not None}
        assert len(payment) <= 1, row
        for way, fields in payment.items():
            ways[way] = ways.get(way, 0) + 1
            values = fields.values() if isinstance(fields, dict) else [fields]
            assert None not in values, row
        products = [item["product"] for item in row["items"]]
        assert products == sorted(set(products)), row
        assert all(prices[item["product"]] == item["price"] for item in row["items"]), row
        assert countries[row["customer"]["city"]] == row["customer"]["country"], row
        total = sum(int(item["quantity"]) * round(item["price"] * 100) for item in row["items"])
        assert round(row["total"] * 100) == total, row
        assert len(set(row["tags"])) == len(row["tags"]), row
        assert isinstance(row["attributes"], dict), row
        for key, value in row["attributes"].items():
            entries += 1
            matching += value in attributes[key]
        for key, lengths in zip(("items", "attributes", "tags"), counts):
            assert len(row[key]) in lengths, row
    assert len({row["id"] for row in rows}) == len(rows)
    print(f"{len(rows)} rows: payment {ways}, {matching} of {entries} values go with their keys")


if __name__ == "__main__":
    main()
