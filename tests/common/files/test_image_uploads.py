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
from django.test import Client, RequestFactory
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

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
    def test_modes_of_png(self, mode: str) -> None:
        image = Image.new("I;16", (60, 30)) if mode == "I;16" else make_image(mode=mode)
        assert check_image(image_bytes("PNG", image), "image/png").width == 60

    def test_transparency_stays(self) -> None:
        with Image.open(
            BytesIO(check_image(image_bytes("PNG", Image.new("RGBA", (5, 5), (0, 0, 0, 0))), "image/png").data)
        ) as image:
            assert image.getpixel((0, 0)) == (0, 0, 0, 0)

    def test_cmyk(self) -> None:
        assert colours(check_image(image_bytes("JPEG", make_image(mode="CMYK")), "image/jpeg")) == [
            "red",
            "blue",
            "red",
        ]

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
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
        if kind != "PNG":
            options["xmp"] = b"<x:xmpmeta>planted-xmp</x:xmpmeta>"
        data = image_bytes(kind, image, **options)
        assert data.count(b"planted") >= 2
        clean = check_image(data, TYPES[kind])
        assert b"planted" not in clean.data
        with Image.open(BytesIO(clean.data)) as image:
            assert not dict(image.getexif())
            assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)

    def test_text_chunks_of_png_are_removed(self) -> None:
        info = PngInfo()
        info.add_text("Comment", "planted-text")
        info.add_itxt("XML:com.adobe.xmp", "planted-xmp")
        assert b"planted" not in check_image(image_bytes("PNG", pnginfo=info), "image/png").data

    @pytest.mark.parametrize(
        ("orientation", "expected"),
        [(1, ["red", "blue", "red"]), (3, ["blue", "red", "blue"]), (6, ["red", "red", "blue"])],
    )
    def test_it_is_put_upright(self, orientation: int, expected: list[str]) -> None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        clean = check_image(image_bytes("JPEG", exif=exif), "image/jpeg")
        assert colours(clean) == expected
        assert (clean.width, clean.height) == ((30, 60) if orientation == 6 else (60, 30))

    @pytest.mark.parametrize("tail", [b"PK\x03\x04 planted", b"<script>planted</script>", b"%PDF-1.7 planted"])
    def test_of_a_file_that_is_two_things_the_picture_is_left(self, tail: bytes) -> None:
        for kind in ("PNG", "JPEG"):
            assert b"planted" not in check_image(image_bytes(kind) + tail, TYPES[kind]).data


class TestRefusals:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not a picture",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<html>",
            b"PK\x03\x04" + b"\0" * 100,
            b"%PDF-1.7",
            b"\x89PNG\r\n\x1a\n",
            image_bytes("BMP"),
            image_bytes("TIFF"),
            image_bytes("ICO"),
        ],
    )
    def test_a_fake_picture(self, data: bytes) -> None:
        assert code(data) in {"not-an-image", "damaged"}

    @pytest.mark.parametrize(
        ("kind", "declared", "fits"),
        [
            ("PNG", "image/png", True),
            ("PNG", "IMAGE/PNG", True),
            ("PNG", "", True),
            ("PNG", "application/octet-stream", True),
            ("PNG", "image/jpeg", False),
            ("JPEG", "image/jpg", True),
            ("JPEG", "image/png", False),
            ("GIF", "text/html", False),
            ("WEBP", "application/pdf", False),
        ],
    )
    def test_a_wrong_type(self, kind: str, declared: str, fits: bool) -> None:
        if fits:
            assert check_image(image_bytes(kind), declared).width == 60
        else:
            assert code(image_bytes(kind), declared) == "wrong-type"

    @pytest.mark.parametrize(
        ("width", "height"), [(6000, 5001), (9500, 9500), (20_000, 20_000), (2**31 - 1, 2**31 - 1)]
    )
    @pytest.mark.filterwarnings("error")
    def test_a_bomb_is_refused_before_it_is_decoded(
        self, width: int, height: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(image_uploads, "run_sandboxed", lambda *_args, **_options: pytest.fail("decoded"))
        assert width * height > MAX_PIXELS
        assert code(png_header(width, height)) == "too-many-pixels"

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_a_truncated_file(self, kind: str) -> None:
        data = image_bytes(kind, make_image((300, 300)).rotate(30))
        assert code(data[: len(data) // 2], TYPES[kind]) == "damaged"

    def test_a_header_without_pixels(self) -> None:
        assert code(png_header(1000, 1000)) == "damaged"

    def test_too_big(self) -> None:
        assert code(image_bytes("PNG") + bytes(MAX_FILE_BYTES)) == "too-big"

    def test_all_places_busy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "STAFF_PLACE_SECONDS", 0.01)
        with place_in_pool(), place_in_pool():
            assert code(image_bytes("PNG")) == "busy"
        assert check_image(image_bytes("PNG"), "image/png").width == 60

    def test_too_many_scans_are_refused_before_they_are_decoded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "run_sandboxed", lambda *_args, **_options: pytest.fail("decoded"))
        assert code(jpeg_of_scans(5000), "image/jpeg") == "too-complex"

    def test_a_frame_larger_than_the_canvas(self) -> None:
        whole = bytearray(image_bytes("GIF"))
        at = whole.index(b",\0\0\0\0")
        whole[at + 5 : at + 9] = struct.pack("<HH", 9000, 9000)
        assert code(bytes(whole), "image/gif") == "too-many-pixels"

    def test_several_pictures_in_one_file_as_of_a_camera(self) -> None:
        clean = check_image(image_bytes("MPO", save_all=True, append_images=[make_image()]), "image/jpeg")
        assert (clean.format, colours(clean)) == ("JPEG", ["red", "blue", "red"])

    @pytest.mark.parametrize("output", [b"", b"x\n", b"3\nab", b"2 2\nabab", b"-1 1\n", b"4\nRIFF", b"5\n<html"])
    def test_a_process_that_answers_nonsense(self, output: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "run_sandboxed", lambda *_args, **_options: output)
        assert code(image_bytes("PNG")) == "damaged"

    @pytest.mark.parametrize(
        ("ended", "reason"),
        [(None, "too-complex"), (-9, "too-complex"), (-14, "too-complex"), (-11, "damaged"), (1, "damaged")],
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

    def test_a_part_is_scaled_to_its_size(self) -> None:
        half = make_image((600, 300))
        half.paste("red", (300, 0, 600, 300))
        (right,) = render_checked(
            image_bytes("PNG", half), "", Rendition(90, 60, "WEBP", 90, box=(350.5, 10, 590, 290))
        )
        assert (right.width, right.height) == (90, 60)
        with Image.open(BytesIO(right.data)) as image:
            red, green, blue = image.convert("RGB").getpixel((0, 30))
        assert red > 200
        assert max(green, blue) < 60

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
    def test_the_settings_know_it(self, settings: Settings) -> None:
        assert settings.FILE_UPLOAD_HANDLERS == ["clicksafely.common.files.image_uploads.BoundedMemoryUploadHandler"]

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
        request = read_request({"files": [upload("big.png", MAX_FILE_BYTES + 1), upload("b.png")], "text": "kept"})
        big, small = request.FILES.getlist("files")
        assert (big.refusal, big.size, big.read()) == ("too-big", MAX_FILE_BYTES + 1, b"")
        assert (small.refusal, len(small.read())) == ("", 1000)
        assert request.POST["text"] == "kept"
        assert image_uploads.memory_budget.used == 1000
        with pytest.raises(ImageRefused) as refused:
            read_upload(big)
        assert refused.value.code == "too-big"
        request.close()

    def test_exactly_the_limit_fits(self) -> None:
        request = read_request({"file": upload(size=MAX_FILE_BYTES)})
        assert request.FILES["file"].refusal == ""
        request.close()

    def test_the_total_of_a_request_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "MAX_REQUEST_BYTES", 2500)
        request = read_request({"files": [upload(), upload(), upload(), upload(size=400)]})
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

    def test_an_unclosed_request_releases_its_memory(self) -> None:
        request = read_request({"file": upload()})
        assert image_uploads.memory_budget.used == 1000
        del request
        gc.collect()
        assert image_uploads.memory_budget.used == 0

    def test_an_interrupted_upload_releases_its_memory(self) -> None:
        body = encode_multipart(BOUNDARY, {"file": upload(size=500_000)})[:300_000]
        request = RequestFactory().generic("POST", "/", body, MULTIPART_CONTENT)
        assert "file" not in request.FILES
        del request

    def test_a_form_over_the_limit_releases_its_memory(self, settings: Settings) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5000
        request = RequestFactory().post("/", {"file": upload(), "text": "x" * 10_000})
        with pytest.raises(Exception, match="exceeded"):
            assert request.FILES
        del request

    def test_an_empty_file(self) -> None:
        request = read_request({"file": upload(size=0)})
        assert request.FILES["file"].size == 0
        with pytest.raises(ImageRefused):
            read_upload(request.FILES["file"])
        request.close()

    def test_a_picture_is_read_whole_and_only_checked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(image_uploads, "run_sandboxed", lambda *_args, **_options: pytest.fail("decoded"))
        picture = SimpleUploadedFile("a.png", image_bytes("PNG"), "image/png")
        request = read_request({"file": picture})
        request.FILES["file"].read()
        assert read_upload(request.FILES["file"]) == (image_bytes("PNG"), "PNG")
        request.close()


@pytest.mark.urls("tests.common.pages")
def test_a_real_view_releases_all_memory() -> None:
    client = Client(headers={"Host": "localhost"})
    response = client.post("/sr/form/", {"file": upload(size=3000), "text": "kept"}, headers=OWN)
    assert response.content.decode() == "{'text': 4} {'file': [3000]}"
    assert image_uploads.memory_budget.used == 0
