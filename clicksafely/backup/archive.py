"""Backup file format: a tar (GNU format) of `database.dump`, `media/...`, then `manifest.json` and its checksum."""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final, NamedTuple, Protocol

from clicksafely.backup.exceptions import BackupDamaged

DUMP: Final = "database.dump"
MANIFEST: Final = "manifest.json"
# The manifest and its checksum come last, so that a truncated file has none.
CHECKSUM: Final = "manifest.sha256"
MEDIA: Final = "media"
CHUNK: Final = 1024 * 1024
MAX_MANIFEST_BYTES: Final = 512 * 1024 * 1024
_BLOCK: Final = tarfile.BLOCKSIZE


class Readable(Protocol):
    """A source of bytes."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most `size` bytes; empty at the end."""


class ArchiveMember(NamedTuple):
    """A member as written or read: size in bytes, SHA-256 in hex."""

    size: int
    sha256: str


class ArchiveWriter:
    """Writes members to a seekable binary file, one after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, name: str, content: Readable, *, mode: int = 0o600) -> ArchiveMember:
        """Write all of `content` as the member `name`.

        The size is not known in advance, so the member's header is rewritten at its end.
        """
        info = tarfile.TarInfo(name)
        info.mode = mode
        start = self._file.tell()
        self._file.write(info.tobuf(tarfile.GNU_FORMAT))
        digest = hashlib.sha256()
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            self._file.write(chunk)
            info.size += len(chunk)
        self._file.write(bytes(-info.size % _BLOCK))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(info.tobuf(tarfile.GNU_FORMAT))
        self._file.seek(end)
        return ArchiveMember(info.size, digest.hexdigest())

    def finish(self) -> None:
        """Write the two empty blocks that end a tar."""
        self._file.write(bytes(2 * _BLOCK))


class ArchiveReader:
    """An archive with valid member names. Raises BackupDamaged for any other file."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be opened."""
        self._path = path
        self._file = path.open("rb")
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115 - closed with its file
            self.members = {member.name: member for member in self._checked(self._tar.getmembers())}
            missing = [name for name in (DUMP, MANIFEST, CHECKSUM) if name not in self.members]
            if missing:
                raise BackupDamaged(f"{path} is truncated or not a backup: {', '.join(missing)} is missing.")
        except (tarfile.TarError, EOFError) as error:
            self.close()
            raise BackupDamaged(f"{path} is truncated or not a backup ({type(error).__name__}).") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def manifest(self) -> bytes:
        """Return the manifest after verifying its checksum."""
        if self.members[MANIFEST].size > MAX_MANIFEST_BYTES:
            raise BackupDamaged(f"{self._path}: the manifest is too large.")
        content = b"".join(self.chunks(MANIFEST))
        if hashlib.sha256(content).hexdigest().encode() != b"".join(self.chunks(CHECKSUM)).strip():
            raise BackupDamaged(f"{self._path}: the manifest is damaged.")
        return content

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a member."""
        remaining = self.members[name].size
        stream = self._tar.extractfile(self.members[name])
        while remaining:
            try:
                chunk = stream.read(min(CHUNK, remaining)) if stream else b""
            except (tarfile.TarError, EOFError) as error:
                raise BackupDamaged(f"{self._path} is truncated in {name}.") from error
            if not chunk:
                raise BackupDamaged(f"{self._path} is truncated in {name}.")
            remaining -= len(chunk)
            yield chunk

    def _checked(self, members: list[tarfile.TarInfo]) -> list[tarfile.TarInfo]:
        seen = set()
        for member in members:
            if not member.isreg() or not _is_ours(member.name):
                raise BackupDamaged(
                    f"{self._path} contains {member.name!r}, which is not part of a backup. Nothing was unpacked."
                )
            if member.name in seen:
                raise BackupDamaged(f"{self._path} holds {member.name!r} twice. Nothing was unpacked.")
            seen.add(member.name)
        return members


def _is_ours(name: str) -> bool:
    """Return whether a member's name is one that `ArchiveWriter` uses and stays inside the media folder."""
    if name in (DUMP, MANIFEST, CHECKSUM):
        return True
    parts = name.split("/")
    clean = not {"", ".", ".."} & set(parts) and "\\" not in name and "\0" not in name
    return clean and len(parts) > 1 and parts[0] == MEDIA and str(PurePosixPath(name)) == name
