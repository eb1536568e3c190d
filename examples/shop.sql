-- A made-up shop for `trainer learn`: customers with orders with items, and products to which items
-- refer. All of it follows from the numbers of rows.
--   sqlite3 shop.sqlite < examples/shop.sql
CREATE TABLE customers (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, city TEXT NOT NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL(9, 2) NOT NULL);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), day TEXT NOT NULL);
CREATE TABLE items (
  id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id),
  product_id INTEGER NOT NULL REFERENCES products (id), quantity INTEGER NOT NULL);

BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
INSERT INTO customers
SELECT i, CASE WHEN i * 7919 % 10 < 3 THEN 'shop' ELSE 'home' END,
  CASE i * 104729 % 7 / 2 WHEN 0 THEN 'Oslo' WHEN 1 THEN 'Bergen' WHEN 2 THEN 'Roma' ELSE 'Bari' END
FROM n;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
INSERT INTO products SELECT 100 + i, 'product ' || i, i * 2.5 - 0.01 FROM n;

WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 4)
INSERT INTO orders (customer_id, day)
SELECT c.id, date('2024-01-01', (c.id * 31 % 200 + i * 9) || ' days')
FROM customers c JOIN n ON i < CASE WHEN kind = 'shop' THEN 2 + c.id * 15485863 % 4 ELSE c.id * 3571 % 3 END
ORDER BY c.id, i;

WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2)
INSERT INTO items (order_id, product_id, quantity)
SELECT o.id,
  CASE WHEN kind = 'shop' THEN 111 ELSE 101 END + (o.id * 7 + i * 3) % 10,
  CASE WHEN kind = 'shop' THEN 10 * (1 + o.id * 13 % 5) ELSE 1 + (o.id + i) % 3 END
FROM orders o JOIN customers c ON c.id = o.customer_id JOIN n ON i <= o.id * 1299709 % 3
ORDER BY o.id, i;
COMMIT;
