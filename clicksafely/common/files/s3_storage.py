"""Media storage in an S3-compatible bucket, by paths below MEDIA_ROOT. Local files are only in transit."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from clicksafely.common.files.credentials import read_credentials
from clicksafely.common.files.disk_storage import DiskStorage, FileInfo, Readable, StorageUnavailable

# Seconds, also applied to a second attempt. A reporter waits for the response.
CONNECTING: Final = 2
READING: Final = 5
# For availability tests, such as those of a load balancer.
ASKING: Final = 1
# Seconds without requests after a failure. Then a short test comes first, so that requests do not wait one after the other.
REST: Final = 8.0
# More than the threads of a process.
MAX_CONNECTIONS: Final = 32
CHUNK: Final = 8 * 1024 * 1024
# A file restored from a backup is readable by all parts of the portal, which share a group.
MODE: Final = 0o660
_MISSING: Final = frozenset({"NoSuchKey", "404"})


class S3Storage(DiskStorage):
    """The operations of DiskStorage. Raises StorageUnavailable if the bucket does not respond in time or refuses.

    This module is imported only if a bucket is configured, because the client takes 20 MB per process.
    """

    def __init__(self, name: str) -> None:
        """Raises StorageUnavailable for invalid settings."""
        self.name = name
        session = _session()
        self._client = _client(session, connecting=CONNECTING, reading=READING, attempts=2)
        self._asking = _client(session, connecting=ASKING, reading=ASKING, attempts=1)
        self._silent_until = 0.0

    def keep(self, path: Path, *, written: Path | None = None) -> None:
        """Upload it. The local file is removed in any case."""
        try:
            self._put(written or path, path)
        finally:
            (written or path).unlink(missing_ok=True)

    def move(self, path: Path) -> None:
        """Upload it, then remove the local file."""
        self._put(path, path)
        path.unlink(missing_ok=True)

    def _put(self, written: Path, path: Path) -> None:
        """Large files are uploaded in parts."""
        with self._answering():
            self._client.upload_file(str(written), self.name, _key(path), Config=TransferConfig(use_threads=False))

    def write(self, path: Path, content: bytes) -> None:
        """Upload directly."""
        with self._answering():
            self._client.put_object(Bucket=self.name, Key=_key(path), Body=content)

    def replace(self, path: Path, content: bytes) -> None:
        """As `write`: uploads are atomic."""
        self.write(path, content)

    def read(self, path: Path) -> bytes:
        """Return the whole file."""
        with closing(self.open(path)) as content:
            return content.read()

    def head(self, path: Path, size: int) -> bytes:
        """Return the first bytes of the file, at most `size`."""
        try:
            with closing(self.open(path, 0, size - 1)) as content:
                return content.read()
        except StorageUnavailable as error:
            # An empty file has no first bytes, and a range request would fail.
            if str(error) != "InvalidRange":
                raise
            return b""

    def open(self, path: Path, first: int = 0, last: int | None = None) -> Readable:
        """Open the response of the bucket."""
        if last is not None and last < first:
            return BytesIO()
        range_arguments = (
            {} if last is None and not first else {"Range": f"bytes={first}-{'' if last is None else last}"}
        )
        with self._answering():
            answer = self._client.get_object(Bucket=self.name, Key=_key(path), **range_arguments)
        return _Body(answer["Body"])

    @contextmanager
    def fetched(self, path: Path, *, meanwhile: Callable[[], None]) -> Iterator[Path]:
        """Yield a temporary local copy next to the file's path; concurrent calls have separate copies."""
        path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.") as copy:
            with closing(self.open(path)) as content:
                while chunk := content.read(CHUNK):
                    copy.write(chunk)
                    meanwhile()
            copy.flush()
            yield Path(copy.name)

    def look(self, path: Path) -> FileInfo:
        """Return size and time of a file."""
        with self._answering():
            about = self._client.head_object(Bucket=self.name, Key=_key(path))
        return FileInfo(path, about["ContentLength"], about["LastModified"].timestamp(), MODE)

    def has(self, path: Path) -> bool:
        """Return whether the file exists."""
        if not path.is_relative_to(settings.MEDIA_ROOT):
            return super().has(path)
        try:
            self.look(path)
        except FileNotFoundError:
            return False
        return True

    def erase(self, *paths: Path) -> None:
        """Erase the files locally, where they may be in transit, and in the bucket."""
        super().erase(*paths)
        for path in paths:
            if path.is_relative_to(settings.MEDIA_ROOT):
                with self._answering():
                    self._client.delete_object(Bucket=self.name, Key=_key(path))

    def below(self, folder: Path) -> Iterator[FileInfo]:
        """Yield every file of the bucket below the path of `folder`."""
        prefix = "" if folder == Path(settings.MEDIA_ROOT) else f"{_key(folder)}/"
        following: dict[str, str] = {}
        while True:
            with self._answering():
                page = self._client.list_objects_v2(Bucket=self.name, Prefix=prefix, **following)
            for each in page.get("Contents", ()):
                path = Path(settings.MEDIA_ROOT) / each["Key"]
                yield FileInfo(path, each["Size"], each["LastModified"].timestamp(), MODE)
            if not page.get("IsTruncated"):
                return
            following = {"ContinuationToken": page["NextContinuationToken"]}

    def all_files_below(self, folder: Path) -> Iterator[FileInfo]:
        """Like `below`, including local leftovers of killed processes."""
        yield from self.below(folder)
        yield from super().below(folder)

    def answers(self) -> bool:
        """Return whether the bucket exists and accepts the key; returns within two seconds."""
        try:
            with _translated():
                self._asking.head_bucket(Bucket=self.name)
        except OSError:
            return False
        return True

    def has_versioning(self) -> bool:
        """Return whether the bucket keeps old versions of erased files."""
        with self._answering():
            status: str = self._client.get_bucket_versioning(Bucket=self.name).get("Status", "")
        return bool(status)

    def is_public(self, path: Path) -> bool:
        """Return whether this file is readable without a key."""
        try:
            with _translated():
                anybody = _client(
                    _session(), connecting=CONNECTING, reading=READING, attempts=1, signature_version=UNSIGNED
                )
                anybody.get_object(Bucket=self.name, Key=_key(path))["Body"].close()
        except OSError:
            return False
        return True

    @contextmanager
    def _answering(self) -> Iterator[None]:
        if self._silent_until:
            if time.monotonic() < self._silent_until or not self._speaks():
                raise StorageUnavailable("NoAnswerAMomentAgo")
            self._silent_until = 0.0
        try:
            with _translated():
                yield
        except StorageUnavailable as error:
            if isinstance(error.__cause__, BotoCoreError):
                self._silent_until = time.monotonic() + REST
            raise

    def _speaks(self) -> bool:
        """Return whether the service responds again; otherwise restart the pause."""
        try:
            self._asking.head_bucket(Bucket=self.name)
        except ClientError:
            return True
        except BotoCoreError:
            self._silent_until = time.monotonic() + REST
            return False
        return True


class _Body:
    """Response body with the exceptions of a disk."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes; empty at the end."""
        with _translated():
            content: bytes = self._body.read(None if size < 0 else size)
            return content

    def close(self) -> None:
        """Close the connection."""
        self._body.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Translate the client's exceptions into those of a disk."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise FileNotFoundError(code) from error
        raise StorageUnavailable(code or "Refused") from error
    except Boto3Error as error:
        # An upload failed: the exception names file and bucket, and only its cause has the reason.
        cause = error.__context__
        code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else type(error).__name__
        raise StorageUnavailable(code) from error
    except BotoCoreError as error:
        raise StorageUnavailable(type(error).__name__) from error


def _key(path: Path) -> str:
    return path.relative_to(settings.MEDIA_ROOT).as_posix()


def _session() -> boto3.session.Session:
    """Return a separate session: boto3's default one is not thread-safe."""
    try:
        key = read_credentials()
        return boto3.session.Session(aws_access_key_id=key.name, aws_secret_access_key=key.secret)
    except ValueError as error:
        raise StorageUnavailable(f"{error}: the settings of the bucket are invalid") from error


def _client(session: boto3.session.Session, *, connecting: float, reading: float, attempts: int, **options: Any) -> Any:
    config = Config(
        connect_timeout=connecting,
        read_timeout=reading,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        max_pool_connections=MAX_CONNECTIONS,
        # Only Amazon's service has other regions.
        s3={"addressing_style": "path" if settings.MEDIA_S3_ENDPOINT else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        **options,
    )
    try:
        return session.client("s3", endpoint_url=settings.MEDIA_S3_ENDPOINT or None, config=config)
    except (ValueError, BotoCoreError, Boto3Error) as error:
        raise StorageUnavailable(f"{type(error).__name__}: the settings of the bucket are invalid") from error
