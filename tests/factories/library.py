"""Factories of resources and of files of every supported type."""

import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from PIL import Image

from awareness.library.models import Resource, ResourceFile
from awareness.library.services import add_file, save_resource
from awareness.library.storage import store_file
from awareness.library.upload_validation import check_file
from awareness.topics.models import Topic
from clicksafely.accounts.models import User

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def editor() -> User:
    return User.objects.get_or_create(username="editor")[0]


def make_topic(slug: str, title: str = "Тема") -> Topic:
    return Topic.objects.create(slug=slug, title_sr=title, summary_sr="Укратко.", published_at=NOW - DAY)


def make_resource(
    slug: str, *, topics: Collection[Topic] = (), parts: Collection[Resource] = (), **columns: object
) -> Resource:
    """A published resource."""
    defaults: dict[str, object] = {
        "title_sr": f"Материјал {slug}",
        "summary_sr": "Укратко о материјалу.",
        "kind": "worksheet",
        "language": "sr-Cyrl",
        "licence": "CC-BY-4.0",
        "published_at": NOW - DAY,
    }
    record = Resource(slug=slug, **{**defaults, **columns})
    save_resource(record=record, topics=topics, parts=parts, actor=editor(), now=NOW)
    return record


def give_file(
    resource: Resource, name: str = "list.txt", content: bytes = b"Zdravo", *, language: str = ""
) -> ResourceFile:
    """A checked file."""
    return add_file(
        resource=resource,
        checked=check_file(store_file([content]), name),
        labels={},
        language=language,
        order=0,
        actor=editor(),
        now=NOW,
    )


def pdf(pages: int = 2, *, locked: bool = False, width: int = 595, height: int = 842) -> bytes:
    """A PDF with empty pages."""
    kids = " ".join(f"{3 + page} 0 R" for page in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>"]
    objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] >>"] * pages
    if locked:
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /P -4 /Length 40 /O <{'41' * 32}> /U <{'42' * 32}> >>")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    encrypt = f"/Encrypt {len(objects)} 0 R /ID [<{'43' * 16}> <{'43' * 16}>] " if locked else ""
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {encrypt}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def zipped(members: dict[str, bytes], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    members = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return zipped({**members, **{name.replace("__", "/"): content for name, content in more.items()}})


def odt(**more: bytes) -> bytes:
    members = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office:document-content/>"}
    return zipped({**members, **{name.replace("__", "/"): content for name, content in more.items()}})


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 60)) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    Image.new("RGB", size, "#0b5563").save(out, kind, exif=exif)
    return out.getvalue()


def huge_png() -> bytes:
    """Return an image whose header declares 60,000 x 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64)
M4A = b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00M4A isom" + bytes(64)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(413)
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nЗдраво!\n".encode()
