"""Validation of uploads: type detection from the content, and error messages."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from awareness.library import storage, upload_validation
from awareness.library.paths import preview_of
from awareness.library.upload_validation import InvalidResourceFile, check_file, clean_name
from clicksafely.common.documents import validation
from clicksafely.common.files.file_store import FileTooBig, StorageFull
from clicksafely.common.files.image_uploads import REFUSAL_MESSAGES
from tests.factories import library as library_factory

OOXML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "plan.pdf": (library_factory.pdf(3), "application/pdf"),
    "plan.docx": (library_factory.docx(), f"{OOXML}.wordprocessingml.document"),
    "a.pptx": (
        library_factory.zipped({"[Content_Types].xml": b"<T/>", "ppt/presentation.xml": b"<p/>"}),
        f"{OOXML}.presentationml.presentation",
    ),
    "a.xlsx": (
        library_factory.zipped({"[Content_Types].xml": b"<T/>", "xl/workbook.xml": b"<p/>"}),
        f"{OOXML}.spreadsheetml.sheet",
    ),
    "plan.odt": (library_factory.odt(), "application/vnd.oasis.opendocument.text"),
    "a.png": (library_factory.picture(), "image/png"),
    "a.jpeg": (library_factory.picture("JPEG"), "image/jpeg"),
    "a.webp": (library_factory.picture("WEBP"), "image/webp"),
    "film.mp4": (library_factory.MP4, "video/mp4"),
    "glas.m4a": (library_factory.M4A, "audio/mp4"),
    "glas.mp3": (library_factory.MP3, "audio/mpeg"),
    "titl.vtt": (library_factory.VTT, "text/vtt"),
    "uputstvo.txt": ("Упутство за час <3".encode(), "text/plain"),
}


@pytest.mark.parametrize("name", list(KINDS))
def test_accepted_formats(name: str) -> None:
    content, kind = KINDS[name]
    checked = check_file(storage.store_file([content]), name)
    assert (checked.name, checked.media_type) == (name, kind)
    assert checked.pages == (3 if name.endswith("pdf") else None)
    assert (
        checked.has_preview
        == preview_of(checked.stored.path).exists()
        == kind.startswith(("image/", "application/pdf"))
    )


REFUSED = {
    "empty.txt": (b"", upload_validation.EMPTY),
    "drawing.svg": (
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        upload_validation.ACTIVE_PAGE,
    ),
    "page.txt": (b"<!DOCTYPE html><p>", upload_validation.ACTIVE_PAGE),
    "hidden.txt": (b"Zdravo\n<ScRipt>alert(1)</script>", upload_validation.ACTIVE_PAGE),
    "program.exe": (b"MZ\x90\x00\x03\x00\x00", upload_validation.UNKNOWN),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), validation.OLD_OFFICE),
    "cut.pdf": (library_factory.pdf()[:60], validation.BROKEN_PDF),
    "locked.pdf": (library_factory.pdf(locked=True), validation.LOCKED_PDF),
    "macros.docx": (
        library_factory.docx(word__vbaProject=b"", **{"word__vbaProject.bin": b"x"}),
        validation.HAS_MACROS,
    ),
    "macros.odt": (library_factory.odt(Basic__Standard__Module1=b"x"), validation.HAS_MACROS),
    "ole.docx": (library_factory.docx(**{"word__embeddings__oleObject1.bin": b"x"}), validation.HAS_MACROS),
    "files.zip": (library_factory.zipped({"a.txt": b"x"}), validation.NO_DOCUMENT),
    "bomb.docx": (library_factory.docx(word__media=bytes(40 * 1024 * 1024)), validation.UNPACKS_TO_TOO_MUCH),
    "crowd.docx": (library_factory.docx(**{f"m{n}": b"" for n in range(5001)}), validation.UNPACKS_TO_TOO_MUCH),
    "cut.docx": (library_factory.docx(word__media=os.urandom(9000))[:3000], validation.DAMAGED),
    "noname": (b"x", upload_validation.NO_NAME),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_refused_files_with_their_reasons(name: str, media: Path) -> None:
    content, why = REFUSED[name]
    with pytest.raises(InvalidResourceFile) as refusal:
        check_file(storage.store_file([content]), name)
    assert str(refusal.value.message) == str(why)


def test_a_wrong_extension_is_refused() -> None:
    for name, content, right in (
        ("a.docx", library_factory.pdf(), ".pdf"),
        ("a.png", library_factory.picture("JPEG"), ".jpg, .jpeg"),
        ("a.mp3", library_factory.MP4, ".mp4, .m4v"),
    ):
        with pytest.raises(InvalidResourceFile) as refusal:
            check_file(storage.store_file([content]), name)
        assert f" {right}. " in str(refusal.value.message)


def test_a_zip_member_longer_than_declared_is_refused() -> None:
    content = library_factory.zipped({"[Content_Types].xml": b"<T/>", "word/document.xml": b"x" * 5000}, packed=False)
    # The size in the central directory and in the local header.
    lying = content.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises(InvalidResourceFile) as refusal:
        check_file(storage.store_file([lying]), "a.docx")
    assert str(refusal.value.message) == str(validation.DAMAGED)


def test_a_picture_of_sixty_thousand_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(InvalidResourceFile) as refusal:
        check_file(storage.store_file([library_factory.huge_png()]), "a.png")
    assert refusal.value.message == REFUSAL_MESSAGES["too-many-pixels"]


def test_a_picture_loses_its_metadata() -> None:
    checked = check_file(storage.store_file([library_factory.picture("JPEG")]), "a.jpg")
    with Image.open(BytesIO(checked.stored.path.read_bytes())) as image:
        assert not image.getexif()
    assert b"where it was taken" not in checked.stored.path.read_bytes()


@pytest.mark.parametrize(("width", "height"), [(20, 14000), (14000, 20)])
def test_the_first_page_is_drawn_within_bounds(width: int, height: int) -> None:
    checked = check_file(storage.store_file([library_factory.pdf(width=width, height=height)]), "a.pdf")
    with Image.open(preview_of(checked.stored.path)) as image:
        assert (image.format, image.width <= 641, image.height <= 1281) == ("WEBP", True, True)


def test_a_file_over_the_limit_leaves_nothing(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    monkeypatch.setattr(storage, "MAX_FILE_BYTES", 1000)
    with pytest.raises(FileTooBig):
        storage.store_file([b"x" * 600, b"x" * 600])
    assert list((media / "library").iterdir()) == []


def test_a_full_disk_leaves_nothing(media: Path) -> None:
    media.mkdir()
    (media / "library").write_text("a file where the folder should be")
    with pytest.raises(StorageFull):
        storage.store_file([b"x"])


@pytest.mark.real_time
@pytest.mark.django_db
def test_orphans_are_swept_after_a_day(media: Path) -> None:
    resource = library_factory.make_resource("a")
    file = library_factory.give_file(resource, "a.pdf", library_factory.pdf())
    young, old = storage.store_file([b"young"]), storage.store_file([b"old"])
    for path in (old.path, file.path, file.preview_path):
        os.utime(path, (0, 0))
    assert storage.delete_orphan_files() == 1
    assert [path.exists() for path in (young.path, old.path, file.path, file.preview_path)] == [True, False, True, True]


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("C:\\Users\\ana\\Радни лист.PDF", "Радни лист.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("  ..a  b\n.txt ", "a b.txt"),
        ('"><img>.txt', "img.txt"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
    ],
)
def test_names_are_only_names(file_name: str, name: str) -> None:
    assert clean_name(file_name) == name


def test_invalid_file_names() -> None:
    for file_name in ("", "...", ".pdf", "a/", "\u202e.txt"):
        with pytest.raises(InvalidResourceFile):
            clean_name(file_name)
