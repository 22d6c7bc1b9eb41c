"""The two places bytes can lie: a folder of this machine, or a bucket."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import storages

from eqms.s3_options import SIGNED_URL_SECONDS

from .trouble import trouble, trouble_of, trouble_of_folder

FAILURES = (ClientError, BotoCoreError, OSError, ValueError)
LONGEST_SHOWN = 80  # characters of a path: what to do must still fit behind it
REQUIRED = {
    "bucket": "S3_BUCKET",
    "access_key_id": "S3_ACCESS_KEY_ID",
    "secret_access_key": "S3_SECRET_ACCESS_KEY",
}


class Folder:
    """A folder of this machine: local storage, and the spool. Writes are whole or absent, also after a power cut."""

    def __init__(self, root: Path, **names: str):
        """Keep files below ``root``; ``names`` are how messages call it, where it is not the folder for files."""
        self.root, self.names = Path(root), names

    def path(self, key: str) -> Path:
        return self.root / key

    def put(self, key: str, data: bytes) -> None:
        target = self.path(key)
        unfinished = target.with_name(f".{target.name}.{uuid4().hex}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(unfinished, "xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
            fsync_folder(target.parent)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise trouble_of_folder(error, writing=True, **self.names) from error

    def get(self, key: str) -> bytes:
        try:
            return self.path(key).read_bytes()
        except OSError as error:
            raise trouble_of_folder(error, writing=False, **self.names) from error

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def holds(self, key: str) -> bool:
        try:
            return self.path(key).is_file()
        except OSError as error:
            raise trouble_of_folder(error, writing=False, **self.names) from error

    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield each whole file below ``prefix`` and when it was written."""
        for path in sorted((self.root / prefix).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)


def fsync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Bucket:
    """An S3-compatible bucket, spoken to by the client of django-storages. Objects are private."""

    @cached_property
    def client(self):
        """The one client of this process: making one takes a tenth of a second, and threads may share it."""
        require_settings()
        backend: Any = storages["default"]
        return backend.connection.meta.client

    def put(self, key: str, data: bytes) -> None:
        digest = b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        self.call("put_object", Key=key, Body=data, ContentMD5=digest, ContentType="application/octet-stream")

    def get(self, key: str) -> bytes:
        return self.call("get_object", Key=key)

    def delete(self, key: str) -> None:
        self.call("delete_object", Key=key)

    def call(self, name: str, **parameters) -> bytes:
        """Call the client and return the body of the answer, empty where it has none."""
        try:
            answer = getattr(self.client, name)(Bucket=settings.S3["bucket"], **parameters)
            return answer["Body"].read() if "Body" in answer else b""
        except FAILURES as error:
            raise trouble_of(error) from None  # the cause may quote what was sent

    def listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield each object below ``prefix`` and when it was written. One request for a thousand."""
        try:
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=settings.S3["bucket"], Prefix=prefix)
            for page in pages:
                yield from ((row["Key"], row["LastModified"]) for row in page.get("Contents", []))
        except FAILURES as error:
            raise trouble_of(error) from None

    def signed_url(self, key: str) -> str:
        """Return an address that anybody may read for a minute. Makes no request."""
        wanted = {"Bucket": settings.S3["bucket"], "Key": key}
        try:
            return self.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=SIGNED_URL_SECONDS)
        except FAILURES as error:
            raise trouble_of(error) from None


def require_settings() -> None:
    """Raise StorageTrouble where a variable is missing: boto would search the whole machine for keys."""
    missing = [variable for name, variable in REQUIRED.items() if not settings.S3[name]]
    if missing:
        raise trouble("not_configured", missing=" and ".join(missing))


_buckets: dict[tuple, Bucket] = {}


def storage_place() -> Folder | Bucket:
    """Return where the settings say that files lie. One bucket, thus one client, per settings."""
    if settings.STORAGE_BACKEND == "local":
        return Folder(settings.STORAGE_LOCAL_ROOT)
    return _buckets.setdefault(tuple(settings.S3.items()), Bucket())


def spool_place() -> Folder:
    """Return the folder of this machine in which bytes wait while storage refuses."""
    root = str(settings.SPOOL_DIR)
    shown = root if len(root) <= LONGEST_SHOWN else f"…{root[1 - LONGEST_SHOWN :]}"
    return Folder(settings.SPOOL_DIR, folder=f"spool folder {shown}", setting="SPOOL_DIR")
