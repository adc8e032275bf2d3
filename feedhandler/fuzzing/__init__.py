"""Damaged input on purpose: everything that parses bytes, against memory that ends where the bytes end."""
