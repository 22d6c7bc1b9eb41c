"""Bulk work on stock, each operation in a module named for it."""
