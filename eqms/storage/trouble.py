"""Why storage refuses, in words that a person can act on. No secret ever enters them."""

import errno

from botocore import exceptions as boto
from django.conf import settings

LONGEST = 200


class StorageTrouble(Exception):
    """Storage refused or failed. The text names the cause; ``kind`` is the same as one word."""

    def __init__(self, kind: str, words: str):
        super().__init__(words[:LONGEST])
        self.kind = kind

    @property
    def is_outage(self) -> bool:
        """True where storage itself is away, so the next call would only wait as well."""
        return self.kind in ("hanging", "unreachable", "broken_connection", "slow_down", "server_error")


ANSWERS = {  # code of the S3 answer -> kind
    "InvalidAccessKeyId": "wrong_key",
    "SignatureDoesNotMatch": "wrong_secret",
    "AccessDenied": "denied",
    "AllAccessDisabled": "denied",
    "403": "denied",
    "Forbidden": "denied",
    "NoSuchBucket": "no_bucket",
    "InvalidBucketName": "no_bucket",
    "NoSuchKey": "missing",
    "404": "missing",
    "RequestTimeTooSkewed": "clock",
    "SlowDown": "slow_down",
    "TooManyRequests": "slow_down",
    "429": "slow_down",
    "503": "slow_down",
    "ServiceUnavailable": "slow_down",
    "InternalError": "server_error",
    "500": "server_error",
    "502": "server_error",
    "504": "server_error",
    "PermanentRedirect": "wrong_region",
    "AuthorizationHeaderMalformed": "wrong_region",
    "301": "wrong_region",
    "BadDigest": "broken_connection",
    "RequestTimeout": "hanging",
}
WORDS = {
    "not_configured": "Storage is not configured: {missing} is not set.",
    "wrong_key": "Storage does not know the access key {key}. Check S3_ACCESS_KEY_ID.",
    "wrong_secret": "Storage refuses the signature: the secret does not belong to key {key}. "
    "Check S3_SECRET_ACCESS_KEY.",
    "denied": "Storage denies access with key {key}. Give it read and write permission on bucket {bucket}.",
    "no_bucket": "Storage has no bucket {bucket}. Create it or check S3_BUCKET and S3_ENDPOINT.",
    "missing": "Storage does not hold this file. Restore it from the backup.",
    "clock": "Storage refuses because the clocks differ. Set the clock of this machine.",
    "slow_down": "Storage asks to slow down. The file goes over later by itself.",
    "server_error": "Storage reports an error of its own. Ask its provider if it stays.",
    "wrong_region": "The bucket {bucket} lies in another region. Check S3_REGION and S3_ENDPOINT.",
    "hanging": "Storage does not answer in time. Check the network to {endpoint}.",
    "name_unknown": "The host of S3_ENDPOINT is unknown ({endpoint}). Check its spelling.",
    "refused": "{endpoint} refuses connections. Check host and port of S3_ENDPOINT.",
    "unreachable": "Storage cannot be reached at {endpoint}. Check S3_ENDPOINT and the network.",
    "broken_connection": "The connection to storage broke in the middle of a file.",
    "tls": "No secure connection to {endpoint}: its certificate or TLS is wrong.",
    "wrong_endpoint": "S3_ENDPOINT, S3_BUCKET or S3_REGION is no valid name. Write a host like nyc3.example.com.",
    "unreadable_key": "S3_ACCESS_KEY_ID or S3_SECRET_ACCESS_KEY holds a character that cannot be sent.",
    "disk_full": "The disk that holds the {folder} is full. Make room on it.",
    "no_permission": "The {folder} may not be made or written. Check its owner and {setting}.",
    "folder": "The {folder} cannot be used. Check {setting}.",
    "unknown": "Storage failed in a way that was never seen before ({name}).",
}
NO_VALID_NAME = (
    boto.ParamValidationError,
    boto.InvalidRegionError,
    boto.UnknownEndpointError,
    boto.EndpointProviderError,
)
OUTAGES_BY_WORDS = {"name_unknown": "unreachable", "refused": "unreachable"}


def trouble(words: str, **values: str) -> StorageTrouble:
    """Return the trouble for an entry of ``WORDS``."""
    text = WORDS[words].format(**{**shown_settings(), **values})
    return StorageTrouble(OUTAGES_BY_WORDS.get(words, words), text)


def shown_settings() -> dict[str, str]:
    """Return what may be shown of the S3 settings: of the access key its first four characters."""
    s3 = settings.S3
    key = s3["access_key_id"]
    return {
        "endpoint": s3["endpoint"] or "(default AWS)",
        "region": s3["region"] or "(default AWS)",
        "bucket": s3["bucket"] or "(missing)",
        "key": f"{key[:4]}..." if len(key) > 4 else "(missing)" if not key else "...",
        "folder": "folder for files",
        "setting": "STORAGE_LOCAL_ROOT",
    }


def trouble_of(error: Exception) -> StorageTrouble:
    """Return the cause of ``error`` in words.

    The text of a foreign error is never shown: some quote the header that holds the key.
    """
    if isinstance(error, StorageTrouble):
        return error
    if isinstance(error, boto.ClientError):
        return of_answer(error)
    if isinstance(error, boto.BotoCoreError):
        return trouble(of_connection(error))
    if isinstance(error, OSError):
        return trouble(of_disk(error))
    if isinstance(error, UnicodeError) or "header" in str(error):
        return trouble("unreadable_key")
    return trouble("wrong_endpoint") if isinstance(error, ValueError) else unknown(error)


def of_answer(error: boto.ClientError) -> StorageTrouble:
    """Return the cause that an answer of S3 names, by its code or else its status."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
    known = ANSWERS.get(code) or ANSWERS.get(status)
    return trouble(known) if known else trouble("unknown", name=f"answer {code or status}"[:60])


def of_connection(error: boto.BotoCoreError) -> str:
    """Return the entry of WORDS for a failure below the answer."""
    text = str(error)
    if isinstance(error, boto.SSLError):
        return "tls"
    if isinstance(error, boto.ConnectTimeoutError | boto.ReadTimeoutError):
        return "hanging"
    if isinstance(error, boto.EndpointConnectionError):
        return reach(str(error.kwargs.get("error")))
    if isinstance(error, NO_VALID_NAME):
        return "wrong_endpoint"
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError):
        return "wrong_key"
    if "header" in text:
        return "unreadable_key"
    if "timed out" in text.lower():
        return "hanging"
    return "broken_connection"


def reach(text: str) -> str:
    """Return the entry of WORDS for a host that could not be reached, by the system's own text."""
    if any(sign in text for sign in ("resolve", "not known", "No address", "Temporary failure in name")):
        return "name_unknown"
    if "reset" in text or "aborted" in text:
        return "broken_connection"
    return "refused" if "refused" in text else "unreachable"


def trouble_of_folder(error: OSError, *, writing: bool, **names: str) -> StorageTrouble:
    """Return the cause why a folder refuses; ``names``: how it is called and the setting that names it.

    What is not found while ``writing`` is the folder: no file was looked for.
    """
    words = of_disk(error)
    return trouble("folder" if writing and words == "missing" else words, **names)


def of_disk(error: OSError) -> str:
    """Return the entry of WORDS for an error of a folder."""
    if isinstance(error, FileNotFoundError):
        return "missing"
    if isinstance(error, TimeoutError):
        return "hanging"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk_full"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "no_permission"
    return "broken_connection" if isinstance(error, ConnectionError) else "folder"


def unknown(error: Exception) -> StorageTrouble:
    """Return the cause for an error that no rule knows, by the name of its class."""
    return trouble("unknown", name=type(error).__name__)
