"""A real S3-speaking server with authentication switched on, and settings that point at it.

tests/conftest.py makes the fixtures known to every test: ``s3``, ``s3_proxy``, ``default_mode``.
"""

import json
from dataclasses import dataclass

import boto3
import pytest
from moto import settings as moto_settings
from moto.server import ThreadedMotoServer

from eqms.s3_options import storage_options
from eqms.storage.waiting import circuit
from tests.fault_proxy import FaultProxy, http_answer

BUCKET = "papers"
REGION = "us-east-1"
ALLOW_S3 = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


@dataclass
class S3Server:
    """The server, a user who may do anything with S3, and one who may do nothing."""

    host: str
    port: int
    key: str
    secret: str
    denied_key: str
    denied_secret: str
    test_settings: object

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def use(self, **changes: str) -> None:
        """Point the product's settings at this server, with ``changes`` to the variables S3_*."""
        s3 = {
            "endpoint": self.address,
            "region": REGION,
            "bucket": BUCKET,
            "access_key_id": self.key,
            "secret_access_key": self.secret,
            **changes,
        }
        made = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": storage_options(s3)}
        self.test_settings.STORAGE_BACKEND = "s3"
        self.test_settings.S3 = s3
        self.test_settings.STORAGES = {**self.test_settings.STORAGES, "default": made}
        circuit.close()

    def client(self):
        options = {"aws_access_key_id": self.key, "aws_secret_access_key": self.secret, "region_name": REGION}
        return boto3.client("s3", endpoint_url=self.address, **options)

    def stored_keys(self) -> list[str]:
        return sorted(row["Key"] for row in self.client().list_objects_v2(Bucket=BUCKET).get("Contents", []))


def new_user(iam, name: str, *, may: bool) -> tuple[str, str]:
    iam.create_user(UserName=name)
    if may:
        iam.put_user_policy(UserName=name, PolicyName="s3", PolicyDocument=json.dumps(ALLOW_S3))
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


@pytest.fixture(scope="session")
def s3_server():
    """Start the server once; users are made before authentication is switched on."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": REGION}
    iam = boto3.client("iam", endpoint_url=f"http://{host}:{port}", **options)
    users = [*new_user(iam, "eqms", may=True), *new_user(iam, "nobody", may=False)]
    boto3.client("s3", endpoint_url=f"http://{host}:{port}", **options).create_bucket(Bucket=BUCKET)
    before = moto_settings.INITIAL_NO_AUTH_ACTION_COUNT
    moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    yield host, port, users
    moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = before
    server.stop()


@pytest.fixture
def s3(s3_server, settings, folders):
    """The product with its papers in an empty bucket and its spool in a folder of its own."""
    host, port, users = s3_server
    server = S3Server(host, port, *users, settings)
    server.use()
    client = server.client()
    for key in server.stored_keys():
        client.delete_object(Bucket=BUCKET, Key=key)
    yield server
    circuit.close()


@pytest.fixture
def s3_proxy(s3):
    """The same behind a proxy that goes wrong on request."""
    with FaultProxy(s3.host, s3.port) as proxy:
        s3.use(endpoint=f"http://127.0.0.1:{proxy.port}")
        yield proxy


def s3_error(status: str, code: str) -> bytes:
    """Return the answer of a storage that refuses, as S3 writes it."""
    return http_answer(status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>")


@pytest.fixture
def default_mode(s3_server):
    """Switch authentication off: this server's cannot judge signed addresses."""
    moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
    yield
    moto_settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
