"""Fixtures that promises share with the tests of the apps."""

from tests.s3 import default_mode, s3, s3_proxy, s3_server

__all__ = ["default_mode", "s3", "s3_proxy", "s3_server"]
