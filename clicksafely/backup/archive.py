"""The file of a backup: a plain tar (GNU format) of `database.dump`, `media/...`, then `manifest.json` and its sum.

The manifest is last, so that a file that was cut off has none. It is written in one go, without knowing sizes beforehand: a member's
header is written again once its end is reached.
"""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Final, NamedTuple, Protocol

from clicksafely.backup.exceptions import BackupDamaged

DUMP: Final = "database.dump"
MANIFEST: Final = "manifest.json"
CHECKSUM: Final = "manifest.sha256"
MEDIA: Final = "media"
CHUNK: Final = 1024 * 1024
LARGEST_MANIFEST: Final = 512 * 1024 * 1024
_BLOCK: Final = tarfile.BLOCKSIZE


class Readable(Protocol):
    """What has bytes to give."""

    def read(self, size: int = ..., /) -> bytes:
        """At most `size` bytes; none at the end."""


class ArchiveMember(NamedTuple):
    """A member as it was written or found: size in bytes, SHA-256 in hex."""

    size: int
    sha256: str


class ArchiveWriter:
    """Puts members into a file that is open for writing, one after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def add(self, name: str, content: Readable, *, mode: int = 0o600) -> ArchiveMember:
        """Write `content` to its end as the member `name`."""
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
        """The two empty blocks that end a tar."""
        self._file.write(bytes(2 * _BLOCK))


class ArchiveReader:
    """An archive whose members all have names that are ours. Raises Damaged where the file is anything else."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where the file cannot be opened."""
        self._path = path
        self._file = path.open("rb")
        try:
            self._tar = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115 - it ends with its file
            self.members = {member.name: member for member in self._checked(self._tar.getmembers())}
            missing = [name for name in (DUMP, MANIFEST, CHECKSUM) if name not in self.members]
            if missing:
                raise BackupDamaged(f"{path} was cut off, or is no backup: {', '.join(missing)} is missing.")
        except (tarfile.TarError, EOFError) as error:
            self.close()
            raise BackupDamaged(f"{path} is no backup, or was cut off ({type(error).__name__}).") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def manifest(self) -> bytes:
        """The manifest, compared with its sum."""
        if self.members[MANIFEST].size > LARGEST_MANIFEST:
            raise BackupDamaged(f"{self._path}: the manifest is too large to be one.")
        content = b"".join(self.chunks(MANIFEST))
        if hashlib.sha256(content).hexdigest().encode() != b"".join(self.chunks(CHECKSUM)).strip():
            raise BackupDamaged(f"{self._path}: the manifest is damaged.")
        return content

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, to its end."""
        left = self.members[name].size
        stream = self._tar.extractfile(self.members[name])
        while left:
            try:
                chunk = stream.read(min(CHUNK, left)) if stream else b""
            except (tarfile.TarError, EOFError) as error:
                raise BackupDamaged(f"{self._path} was cut off in {name}.") from error
            if not chunk:
                raise BackupDamaged(f"{self._path} was cut off in {name}.")
            left -= len(chunk)
            yield chunk

    def _checked(self, members: list[tarfile.TarInfo]) -> list[tarfile.TarInfo]:
        seen = set()
        for member in members:
            if not member.isreg() or not _is_ours(member.name):
                raise BackupDamaged(f"{self._path} holds {member.name!r}, which no backup does. Nothing was unpacked.")
            if member.name in seen:
                raise BackupDamaged(f"{self._path} holds {member.name!r} twice. Nothing was unpacked.")
            seen.add(member.name)
        return members


def _is_ours(name: str) -> bool:
    """Whether a member has a name that we give, and that leads nowhere but into the media folder."""
    if name in (DUMP, MANIFEST, CHECKSUM):
        return True
    parts = name.split("/")
    clean = not {"", ".", ".."} & set(parts) and "\\" not in name and "\0" not in name
    return clean and len(parts) > 1 and parts[0] == MEDIA and str(PurePosixPath(name)) == name
