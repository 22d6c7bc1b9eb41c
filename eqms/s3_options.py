"""What the S3 settings mean to django-storages. Pure: eqms.settings uses it."""

from urllib.parse import urlsplit

from botocore.config import Config

DEFAULT_REGION = "us-east-1"
SIGNED_URL_SECONDS = 60


def endpoint_url(written: str, bucket: str) -> str | None:
    """Return the address of the service that a person wrote with or without scheme, path or bucket.

    None means the default address of AWS.
    """
    if not written:
        return None
    address = written if "://" in written else f"https://{written}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return address  # no setting of storage stops the start: its first use says what is wrong
    host = parts.netloc.removeprefix(f"{bucket}.") if bucket else parts.netloc
    return f"{parts.scheme}://{host}"


def storage_options(s3: dict[str, str]) -> dict:
    """Return the OPTIONS of django-storages' S3 backend for the variables S3_*.

    Time limits are short because a person waits; checksums that only AWS knows stay off.
    """
    endpoint = endpoint_url(s3["endpoint"], s3["bucket"])
    return {
        "access_key": s3["access_key_id"],
        "secret_key": s3["secret_access_key"],
        "security_token": None,  # one of the environment would not belong to this key
        "bucket_name": s3["bucket"],
        "endpoint_url": endpoint,
        "region_name": s3["region"] or DEFAULT_REGION,
        "default_acl": None,
        "querystring_auth": True,
        "querystring_expire": SIGNED_URL_SECONDS,
        "file_overwrite": True,
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=2,
            read_timeout=4,
            retries={"total_max_attempts": 2, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
