"""Disguised, active and exploding files: every upload refuses them with a message, or re-encodes them.

The packages with uploads test valid kinds of files; here each hostile file is sent to every upload.
"""

import gzip
import io
import time
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from awareness.library.storage import store_file
from awareness.library.upload_validation import InvalidResourceFile as LibraryRefused
from awareness.library.upload_validation import check_file
from awareness.news.files import InvalidMediaFile as ArticleRefused
from awareness.news.files import store_upload
from awareness.news.models import BlockKind
from clicksafely.common.documents.validation import DocumentRefused
from clicksafely.common.files.image_uploads import ImageRefused, check_header
from clicksafely.common.imports.tables import Bounds, read_table
from hotline.intake.pictures import read_picture
from tests.factories.library import docx, huge_png, zipped
from tests.security.corpus import MARK
from tests.security.test_patterns import modules, source
from tests.timing import seconds

SCRIPT: Final = b"<script>xq7()</script>"
SVG: Final = b"<svg xmlns='http://www.w3.org/2000/svg' onload='xq7()'><script>xq7()</script><image href='javascript:xq7()'/></svg>"


def drawn(kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, format=kind, **options)
    return out.getvalue()


def png_metadata() -> PngInfo:
    metadata = PngInfo()
    metadata.add_text("Comment", SCRIPT.decode())
    metadata.add_itxt("XML:com.adobe.xmp", SVG.decode())
    return metadata


def sheet(part: bytes, **more: bytes) -> bytes:
    return zipped(
        {"[Content_Types].xml": b"<T/>", "xl/workbook.xml": b"<p/>", "xl/worksheets/sheet1.xml": part, **more}
    )


def deflated(length: int) -> bytes:
    """A document whose only member compresses `length` NUL bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", b"<T/>")
        archive.writestr("xl/workbook.xml", b"<p/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _turn in range(length // (1 << 20)):
                member.write(bytes(1 << 20))
    return out.getvalue()


LAUGHS: Final = (
    b"<!DOCTYPE x [<!ENTITY a 'xxxxxxxxxx'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (letter + 1, b"&%c;" % letter * 10) for letter in range(ord("a"), ord("j")))
    + b"]><x>&j;</x>"
)

FILES: Final[dict[str, bytes]] = {
    "svg.png": SVG,
    "svg with a mark.jpg": b"\xef\xbb\xbf" + SVG,
    "html.jpg": b"<!DOCTYPE html><body>" + SCRIPT,
    "html after blanks.png": b" " * 300 + b"<html>" + SCRIPT,
    "gif that is a script.gif": b"GIF89a/*\x01\x00\x01\x00*/=xq7();//" + bytes(20),
    "png and html.png": drawn() + SCRIPT,
    "png that tells.png": drawn(pnginfo=png_metadata()),
    "jpeg that tells.jpg": drawn("JPEG", comment=SCRIPT, exif=b"Exif\x00\x00" + SCRIPT),
    "webp that tells.webp": drawn("WEBP", xmp=SVG),
    "many pixels.png": huge_png(),
    "png that never ends.png": drawn()[:33] + b"\xff\xff\xff\xffIDAT" + zlib.compress(bytes(1 << 24))[:9000],
    "pdf of nothing.pdf": b"%PDF-1.7\n" + SCRIPT + b"\n%%EOF",
    "zip.docx": zipped({"../../../../etc/xq7": SCRIPT, "/etc/xq7": SCRIPT}),
    "macros.docx": docx(**{"word__vbaProject.bin": b"x"}),
    "grows.xlsx": deflated(80 << 20),
    "laughs.xlsx": sheet(LAUGHS),
    "reads.xlsx": sheet(b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
    "crowd.xlsx": sheet(b"<x/>", **{f"m{number}": b"" for number in range(6000)}),
    "gzip.csv": gzip.compress(bytes(20 << 20)),
    "nothing.pdf": b"",
}  # fmt: skip


def _article(name: str, content: bytes) -> bytes:
    kind = BlockKind.IMAGE if name.endswith(".png") else BlockKind.VIDEO
    stored_file = store_upload(kind, SimpleUploadedFile(name, content))
    assert stored_file.media_type.partition("/")[0] == "image"
    return b""


def _library(name: str, content: bytes) -> bytes:
    checked = check_file(store_file([content]), name)
    assert not {"html", "svg", "script", "xml-"} & set(checked.media_type.split("/")[1].split("+"))
    return checked.stored.path.read_bytes()


def _of_report(content: bytes, declared: str) -> bytes:
    check_header(content, declared)
    return read_picture(content, media_type=declared, seconds=60).image.data


def _members(_name: str, content: bytes) -> bytes:
    return repr(read_table(content, Bounds(megabytes=8, rows=50, columns=9, cell=500))).encode()


# Each returns the stored content, without any part of the script.
UPLOADS: Final[dict[str, tuple[Callable[[str, bytes], bytes], type[Exception]]]] = {
    "reports": (lambda name, content: _of_report(content, "image/png" if name.endswith(".png") else ""), ImageRefused),
    "articles": (_article, ArticleRefused),
    "library": (_library, LibraryRefused),
    "members": (_members, DocumentRefused),
}


@pytest.mark.parametrize("door", UPLOADS)
def test_no_file_that_runs_or_grows_gets_in(door: str) -> None:
    faults = {}
    for name, content in files_for(door).items():
        stored_content = stored(door, name, content)
        # Visible content of a table is text; a CSV file has nothing else.
        if MARK.encode() in stored_content and door != "members":
            faults[name] = stored_content[:80]
    assert faults == {}


def files_for(door: str) -> dict[str, bytes]:
    """Each starts a process, which takes most of the time: tables go to the upload for members, the others have covered the rest."""
    return {name: content for name, content in FILES.items() if door != "members" or name.endswith((".xlsx", ".csv"))}


def stored(door: str, name: str, content: bytes) -> bytes:
    """What the upload stores: nothing if it refuses with a message."""
    take, refusal = UPLOADS[door]
    try:
        return take(name, content)
    except refusal as refused:
        return b"" if str(refused) else b"xq7 no word"


@pytest.mark.timing
@pytest.mark.parametrize("door", UPLOADS)
def test_no_file_takes_much_longer_than_a_harmless_one(door: str) -> None:
    harmless = {"a.png": drawn(), "a.xlsx": sheet(b"<x/>")}
    took = {
        name: seconds(stored, door, name, content, clock=time.monotonic)
        for name, content in (harmless | files_for(door)).items()
    }
    usual = max(took.pop(name) for name in harmless)
    assert {name: taken / usual for name, taken in took.items() if taken > 30 * usual} == {}


@pytest.mark.parametrize("name", ["a\ufffd.png", "\u202egnp.exe", "a\r\n\x00b.png", "x" * 300 + ".png"])
def test_a_name_that_cannot_be_read_is_no_reason_to_fail(name: str) -> None:
    upload = SimpleUploadedFile("x.png", drawn())
    upload._name = name  # prevents a rejection by Django's own limits
    stored_file = store_upload(BlockKind.IMAGE, upload)
    assert len(stored_file.file_name) <= 120
    assert not set(stored_file.file_name) & set("\x00\r\n\u202e\ud800")


def test_archives_are_never_unpacked_by_member_names() -> None:
    """Archives are read member by member; their names are never used as paths."""
    assert [name for name in modules() if "extractall(" in source(name) or ".extract(" in source(name)] == []
