"""Image uploads: limited, in memory, re-encoded; a refusal has a message and affects no other file."""

import gc
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from pytest_django.fixtures import Settings

from clicksafely.common.files import image_uploads
from clicksafely.common.files.image_uploads import (
    MAX_FILE_BYTES,
    MAX_PIXELS,
    REFUSAL_MESSAGES,
    ImageRefused,
    MemoryUpload,
    ReencodedImage,
    read_upload,
    render_checked,
)
from clicksafely.common.files.renditions import Rendition
from clicksafely.common.sandbox.runner import SandboxFailed, place_in_pool
from tests.factories.pictures import jpeg_of_scans

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
OWN = {"Sec-Fetch-Site": "same-origin"}


def make_image(size: tuple[int, int] = (60, 30), mode: str = "RGB") -> Image.Image:
    """Return a picture with a red left half and a blue right half."""
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), fill="blue")
    return image.convert(mode)


def image_bytes(kind: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """Return the bytes of a picture."""
    out = BytesIO()
    (image or make_image()).save(out, format=kind, **options)
    return out.getvalue()


def check_image(data: bytes, declared: str) -> ReencodedImage:
    """Return the picture re-encoded in full size."""
    return render_checked(data, declared, Rendition())[0]


def code(data: bytes, declared: str = "image/png") -> str:
    """Return the reason of the refusal."""
    with pytest.raises(ImageRefused) as refused:
        check_image(data, declared)
    assert refused.value.message == REFUSAL_MESSAGES[refused.value.code]
    return refused.value.code


def colours(clean: ReencodedImage) -> list[str]:
    """Return the colours at the upper left, upper right and lower left, which show the orientation."""
    with Image.open(BytesIO(clean.data)) as image:
        right, low = image.width - 3, image.height - 3
        pixels = [image.convert("RGB").getpixel(at) for at in ((2, 2), (right, 2), (2, low))]
    return ["red" if pixel[0] > pixel[2] else "blue" for pixel in pixels]


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that declares this many pixels and contains none."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


class TestImages:
    @pytest.mark.parametrize(("kind", "becomes"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "WEBP"), ("GIF", "PNG")])
    def test_the_four_formats(self, kind: str, becomes: str) -> None:
        clean = check_image(image_bytes(kind), TYPES[kind])
        assert (clean.width, clean.height, clean.format) == (60, 30, becomes)
        assert colours(clean) == ["red", "blue", "red"]
        with Image.open(BytesIO(clean.data)) as image:
            assert image.format == becomes

    def test_modes(self) -> None:
        for mode in ("1", "LA", "P", "RGBA"):
            assert check_image(image_bytes("PNG", make_image(mode=mode)), "image/png").width == 60
        assert check_image(image_bytes("PNG", Image.new("I;16", (60, 30))), "image/png").width == 60
        assert colours(check_image(image_bytes("JPEG", make_image(mode="CMYK")), "image/jpeg"))[1] == "blue"
        clear = check_image(image_bytes("PNG", Image.new("RGBA", (5, 5), (0, 0, 0, 0))), "image/png")
        with Image.open(BytesIO(clear.data)) as image:
            assert image.getpixel((0, 0)) == (0, 0, 0, 0)

    @pytest.mark.parametrize("kind", ["GIF", "WEBP"])
    def test_of_an_animation_the_first_picture(self, kind: str) -> None:
        frames = [Image.new("RGB", (60, 30), "green") for _ in range(3)]
        data = image_bytes(kind, save_all=True, append_images=frames, duration=100)
        clean = check_image(data, TYPES[kind])
        assert colours(clean) == ["red", "blue", "red"]
        with Image.open(BytesIO(clean.data)) as image:
            assert getattr(image, "n_frames", 1) == 1

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_metadata_is_removed(self, kind: str) -> None:
        exif = Image.Exif()
        exif[0x010E] = "planted-description"
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[29] = "planted-gps"
        image = make_image()
        options: dict[str, Any] = {"exif": exif, "icc_profile": b"planted-icc" * 20}
        if kind == "JPEG":
            options["comment"] = "planted-comment"
        if kind == "PNG":
            options["pnginfo"] = PngInfo()
            options["pnginfo"].add_itxt("XML:com.adobe.xmp", "planted-xmp")
        else:
            options["xmp"] = b"<x:xmpmeta>planted-xmp</x:xmpmeta>"
        data = image_bytes(kind, image, **options)
        assert data.count(b"planted") >= 2
        clean = check_image(data, TYPES[kind])
        assert b"planted" not in clean.data
        with Image.open(BytesIO(clean.data)) as image:
            assert not dict(image.getexif())
            assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)

    @pytest.mark.parametrize(
        ("orientation", "expected"),
        [(3, ["blue", "red", "blue"]), (6, ["red", "red", "blue"])],
    )
    def test_it_is_put_upright(self, orientation: int, expected: list[str]) -> None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        clean = check_image(image_bytes("JPEG", exif=exif), "image/jpeg")
        assert colours(clean) == expected
        assert (clean.width, clean.height) == ((30, 60) if orientation == 6 else (60, 30))

    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_of_a_file_that_is_two_things_the_picture_is_left(self, kind: str) -> None:
        assert b"planted" not in check_image(image_bytes(kind) + b"PK\x03\x04 planted", TYPES[kind]).data


class TestRefusals:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\x89PNG\r\n\x1a\n",
            png_header(1000, 1000),
            image_bytes("BMP"),
            image_bytes("TIFF"),
        ],
    )
    def test_a_fake_picture(self, data: bytes) -> None:
        assert code(data) in {"not-an-image", "damaged"}

    @pytest.mark.parametrize(
        ("kind", "declared", "fits"),
        [
            ("PNG", "IMAGE/PNG", True),
            ("PNG", "", True),
            ("PNG", "application/octet-stream", True),
            ("PNG", "image/jpeg", False),
            ("JPEG", "image/jpg", True),
            ("GIF", "text/html", False),
        ],
    )
    def test_a_wrong_type(self, kind: str, declared: str, fits: bool) -> None:
        if fits:
            assert check_image(image_bytes(kind), declared).width == 60
        else:
            assert code(image_bytes(kind), declared) == "wrong-type"

    @pytest.mark.parametrize(
        ("bomb", "declared", "reason"),
        [
            (png_header(6000, MAX_PIXELS // 6000 + 1), "image/png", "too-many-pixels"),
            (png_header(2**31 - 1, 2**31 - 1), "image/png", "too-many-pixels"),
            (jpeg_of_scans(5000), "image/jpeg", "too-complex"),
        ],
        ids=["little", "much", "scans"],
    )
    @pytest.mark.filterwarnings("error")
    def test_a_bomb_is_refused_before_it_is_decoded(
        self, bomb: bytes, declared: str, reason: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(image_uploads, "run_sandboxed", lambda *_args, **_options: pytest.fail("decoded"))
        assert code(bomb, declared) == reason

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_a_truncated_file(self, kind: str) -> None:
        data = image_bytes(kind, make_image((300, 300)).rotate(30))
        assert code(data[: len(data) // 2], TYPES[kind]) == "damaged"

    def test_too_big(self) -> None:
        assert code(image_bytes("PNG") + bytes(MAX_FILE_BYTES)) == "too-big"

    def test_all_places_busy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "STAFF_PLACE_SECONDS", 0.01)
        with place_in_pool(), place_in_pool():
            assert code(image_bytes("PNG")) == "busy"
        assert check_image(image_bytes("PNG"), "image/png").width == 60

    def test_a_frame_larger_than_the_canvas(self) -> None:
        whole = bytearray(image_bytes("GIF"))
        at = whole.index(b",\0\0\0\0")
        whole[at + 5 : at + 9] = struct.pack("<HH", 9000, 9000)
        assert code(bytes(whole), "image/gif") == "too-many-pixels"

    def test_several_pictures_in_one_file_as_of_a_camera(self) -> None:
        clean = check_image(image_bytes("MPO", save_all=True, append_images=[make_image()]), "image/jpeg")
        assert (clean.format, colours(clean)) == ("JPEG", ["red", "blue", "red"])

    @pytest.mark.parametrize("output", [b"", b"x\n", b"3\nab", b"2 2\nabab", b"-1 1\n", b"5\n<html"])
    def test_a_process_that_answers_nonsense(self, output: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "run_sandboxed", lambda *_args, **_options: output)
        assert code(image_bytes("PNG")) == "damaged"

    @pytest.mark.parametrize(
        ("ended", "reason"),
        [(None, "too-complex"), (-9, "too-complex"), (-11, "damaged")],
    )
    def test_a_process_that_ends_early(self, ended: int | None, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_args: object, **_options: object) -> bytes:
            raise SandboxFailed(ended, b"")

        monkeypatch.setattr(image_uploads, "run_sandboxed", fail)
        assert code(image_bytes("PNG")) == reason


class TestRenditions:
    def test_they_fit_and_are_never_larger(self) -> None:
        whole, small, grey = render_checked(
            image_bytes("PNG", make_image((600, 300))),
            "",
            Rendition(),
            Rendition(100, 100, "WEBP", 80),
            Rendition(9000, 9000, "WEBP", grey=True, blur=4),
        )
        assert [each[1:] for each in (whole, small, grey)] == [(600, 300, "PNG"), (100, 50, "WEBP"), (600, 300, "WEBP")]
        with Image.open(BytesIO(grey.data)) as image:
            red, green, blue = image.convert("RGB").getpixel((9, 9))
        assert max(red, green, blue) - min(red, green, blue) < 8

    @given(st.sampled_from(sorted(TYPES)), st.data())
    def test_damage_is_refused_or_survived(self, kind: str, data: st.DataObject) -> None:
        raw = bytearray(image_bytes(kind, make_image((40, 40), "P" if kind == "GIF" else "RGB")))
        for _ in range(data.draw(st.integers(1, 8))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        with suppress(ImageRefused):
            check_image(bytes(raw[: data.draw(st.integers(0, len(raw)))]), TYPES[kind])


@pytest.fixture
def _nothing_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        pytest.fail("a temporary file was made")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)


@pytest.fixture(autouse=True)
def _memory_is_released() -> Iterator[None]:
    yield
    # In a long-running process, garbage collection takes longer than most of these tests.
    if image_uploads.memory_budget.used:
        gc.collect()
    assert image_uploads.memory_budget.used == 0


def upload(name: str = "a.png", size: int = 1000) -> SimpleUploadedFile:
    """Return a file of this many bytes."""
    return SimpleUploadedFile(name, b"x" * size, "image/png")


def read_request(data: dict[str, Any]) -> Any:
    """Return a request whose body was read."""
    request = RequestFactory().post("/", data)
    assert request.FILES is not None
    return request


@pytest.mark.usefixtures("_nothing_on_disk")
class TestHandler:
    def test_a_file_arrives_whole_and_in_memory(self) -> None:
        request = read_request({"file": upload(size=5_000_000), "text": "kept"})
        [file] = request.FILES.getlist("file")
        assert isinstance(file, MemoryUpload)
        assert (file.name, file.size, file.content_type, file.refusal) == ("a.png", 5_000_000, "image/png", "")
        assert file.read() == b"x" * 5_000_000
        assert image_uploads.memory_budget.used == 5_000_000
        request.close()
        assert image_uploads.memory_budget.used == 0

    def test_a_file_over_the_limit_is_refused_and_the_rest_accepted(self) -> None:
        files = [upload("big.png", MAX_FILE_BYTES + 1), upload("b.png", MAX_FILE_BYTES), upload("empty.png", 0)]
        request = read_request({"files": files, "text": "kept"})
        big, small, empty = request.FILES.getlist("files")
        assert (big.refusal, big.size, big.read()) == ("too-big", MAX_FILE_BYTES + 1, b"")
        assert (small.refusal, len(small.read())) == ("", MAX_FILE_BYTES)
        assert request.POST["text"] == "kept"
        assert image_uploads.memory_budget.used == MAX_FILE_BYTES
        with pytest.raises(ImageRefused) as refused:
            read_upload(big)
        assert refused.value.code == "too-big"
        with pytest.raises(ImageRefused):
            read_upload(empty)
        request.close()

    def test_the_total_of_a_request_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "MAX_REQUEST_BYTES", 2500)
        request = read_request({"files": [upload(), upload(), upload(), upload(size=500)]})
        assert [file.refusal for file in request.FILES.getlist("files")] == ["", "", "too-many", ""]
        request.close()

    def test_the_total_of_the_process_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads.memory_budget, "limit", 2500)
        first = read_request({"files": [upload(), upload()]})
        second = read_request({"file": upload(), "text": "kept"})
        assert second.FILES["file"].refusal == "busy"
        assert second.POST["text"] == "kept"
        first.close()
        third = read_request({"file": upload()})
        assert third.FILES["file"].refusal == ""
        second.close()
        third.close()

    def test_an_unfinished_request_releases_its_memory(self, settings: Settings) -> None:
        request = read_request({"file": upload()})
        del request
        body = encode_multipart(BOUNDARY, {"file": upload(size=500_000)})[:300_000]
        request = RequestFactory().generic("POST", "/", body, MULTIPART_CONTENT)
        assert "file" not in request.FILES
        del request
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5000
        request = RequestFactory().post("/", {"file": upload(), "text": "x" * 10_000})
        with pytest.raises(Exception, match="exceeded"):
            assert request.FILES
        del request
        gc.collect()
        assert image_uploads.memory_budget.used == 0

    def test_a_picture_is_read_whole_and_only_checked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "run_sandboxed", lambda *_args, **_options: pytest.fail("decoded"))
        picture = SimpleUploadedFile("a.png", image_bytes("PNG"), "image/png")
        request = read_request({"file": picture})
        request.FILES["file"].read()
        assert read_upload(request.FILES["file"]) == (image_bytes("PNG"), "PNG")
        request.close()
