"""Fixtures of the lowest app."""

from tests.s3 import default_mode, s3, s3_proxy, s3_server

__all__ = ["default_mode", "s3", "s3_proxy", "s3_server"]
