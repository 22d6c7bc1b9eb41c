"""What people write into S3_ENDPOINT, and what storage is told."""

import pytest

from eqms.s3_options import endpoint_url, storage_options
from eqms.storage import diagnose

RIGHT = "https://nyc3.example.com"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("nyc3.example.com", RIGHT),
        ("https://nyc3.example.com", RIGHT),
        ("https://nyc3.example.com/", RIGHT),
        ("papers.nyc3.example.com", RIGHT),
        ("https://papers.nyc3.example.com/", RIGHT),
        ("nyc3.example.com/papers", RIGHT),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
        ("papers-of-others.example.com", "https://papers-of-others.example.com"),
        ("", None),
    ],
)
def test_reads_an_endpoint_as_people_write_it(written, address):
    assert endpoint_url(written, "papers") == address


def test_waits_seconds_not_minutes_and_never_makes_a_file_public():
    s3 = {"endpoint": "", "region": "", "bucket": "papers", "access_key_id": "AKIA", "secret_access_key": "x"}
    options = storage_options(s3)
    config = options["client_config"]
    assert (config.connect_timeout, config.read_timeout, config.retries["total_max_attempts"]) == (2, 4, 2)
    assert (config.signature_version, config.request_checksum_calculation) == ("s3v4", "when_required")
    assert (options["default_acl"], options["querystring_auth"], options["querystring_expire"]) == (None, True, 60)
    assert options["region_name"] == "us-east-1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://[not a host"},
        {"endpoint": "not a host"},
        {"endpoint": "ftp://storage.example.com"},
        {"endpoint": "https://"},
        {"bucket": "no/such bucket"},
        {"region": "us east!"},
    ],
)
def test_a_setting_that_is_no_name_is_told_and_stops_nothing(s3, wrong):
    s3.use(**wrong)
    found = diagnose()
    assert found.configured and not found.accessible
    assert found.error.startswith(("S3_ENDPOINT, S3_BUCKET or S3_REGION is no valid name", "Storage has no bucket"))
