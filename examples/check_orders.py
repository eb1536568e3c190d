#!/usr/bin/env python3
"""Checks generated orders (JSON Lines, nested) against those they were learned from.

Usage: check_orders.py ORDERS ROWS

What holds in all orders must hold in all rows: one way of payment at most, products that no order
has twice and in order, tags without repeats, known attributes with values of their own, prices that
follow from products, countries from cities, and totals.
"""
import json
import sys

WAYS = ("card", "transfer", "voucher")


def main():
    """Prints the number of rows, or stops at the first that is not as it should be."""
    with open(sys.argv[1], encoding="utf-8") as file:
        orders = [json.loads(line) for line in file]
    prices = {item["product"]: item["price"] for order in orders for item in order["items"]}
    countries = {order["customer"]["city"]: order["customer"]["country"] for order in orders}
    attributes = {}
    for order in orders:
        for key, value in order.get("attributes", {}).items():
            attributes.setdefault(key, set()).add(value)
    counts = [
        {len(order.get(key, [])) for order in orders} for key in ("items", "attributes", "tags")
    ]
    channels = {order["channel"] for order in orders}
    ways = {}
    matching = entries = 0
    with open(sys.argv[2], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        payment = {way: row[way] for way in WAYS if row.get(way) is not None}
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
        tags = row.get("tags") or []
        assert len(set(tags)) == len(tags), row
        assert isinstance(row.get("attributes") or {}, dict), row
        for key, value in (row.get("attributes") or {}).items():
            entries += 1
            matching += value in attributes[key]
        for key, lengths in zip(("items", "attributes", "tags"), counts):
            assert len(row.get(key) or []) in lengths, row
        assert row["channel"] in channels, row
    assert len({row["id"] for row in rows}) == len(rows)
    print(f"{len(rows)} rows: payment {ways}, {matching} of {entries} values go with their keys")


if __name__ == "__main__":
    main()
