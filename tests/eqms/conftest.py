"""Fixtures of the lowest app."""

from tests.s3 import s3, s3_proxy, s3_server

__all__ = ["s3", "s3_proxy", "s3_server"]
