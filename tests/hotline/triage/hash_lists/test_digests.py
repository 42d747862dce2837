"""Digests of files: right ones of good pictures, none but the plain ones of anything else, never an error."""

import struct
import zlib

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clicksafely.common.files.image_uploads import MAX_PIXELS
from clicksafely.common.sandbox import runner
from hotline.triage.hash_lists import digests, picture_reader
from hotline.triage.hash_lists.digests import add_pdq, digest_file, digest_pictures, parse_pdq
from hotline.triage.hash_lists.pdq import compute_hash
from hotline.triage.hash_lists.picture_reader import digest_picture
from tests.factories.pictures import jpeg_of_scans
from tests.hotline.triage.hash_lists.pictures import drawn, saved


def bits(one: bytes, other: bytes) -> int:
    """How many bits differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def enormous_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as that."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


class TestAnyFile:
    def test_plain_digests_are_of_the_bytes_as_they_came(self) -> None:
        found = digest_file(b"abc", media_type="text/plain")
        # RFC 1321, RFC 3174, FIPS 180-2.
        assert found.md5 == bytes.fromhex("900150983cd24fb0d6963f7d28e17f72")
        assert found.sha1 == bytes.fromhex("a9993e364706816aba3e25717850c26c9cd0d89d")
        assert found.sha256 == bytes.fromhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        assert (found.media_type, found.size, found.pdq, found.pdq_quality) == ("text/plain", 3, None, None)

    @given(st.data())
    def test_no_damage_to_a_picture_raises(self, data: st.DataObject) -> None:
        raw = bytearray(saved(drawn(size=(24, 18)), data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]))))
        for _ in range(data.draw(st.integers(1, 4))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
        digest_file(cut, media_type="image/png")
        digest_picture(cut)


class TestPictures:
    def test_pdq_of_red_green_and_blue(self) -> None:
        assert digest_picture(saved()) == compute_hash(numpy.asarray(drawn()))

    @pytest.mark.parametrize("kind", ["JPEG", "GIF"])
    def test_the_same_picture_in_another_format_is_near_and_another_one_is_far(self, kind: str) -> None:
        first, second = digest_picture(saved()), digest_picture(saved(kind=kind))
        assert first is not None
        assert second is not None
        assert bits(first[0], second[0]) <= 16
        other = digest_picture(saved(drawn(2), kind))
        assert other is not None
        assert bits(first[0], other[0]) > 80

    @pytest.mark.parametrize("mode", ["1", "P", "LA", "CMYK", "I;16"])
    def test_every_kind_of_colours(self, mode: str) -> None:
        picture = Image.new("I;16", (64, 64), 40_000) if mode == "I;16" else drawn().convert(mode)
        assert digest_picture(saved(picture, "JPEG" if mode == "CMYK" else "PNG")) is not None

    def test_a_large_one_is_made_smaller_first_and_is_near(self, monkeypatch: pytest.MonkeyPatch) -> None:
        picture = saved(drawn(size=(900, 700)))
        whole = digest_picture(picture)
        monkeypatch.setattr(picture_reader, "WHOLE_PIXELS", 250_000)
        smaller = digest_picture(picture)
        assert whole is not None
        assert smaller is not None
        assert 0 <= bits(whole[0], smaller[0]) <= 20

    def test_as_it_is_stored_not_as_it_is_turned(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        assert digest_picture(saved(kind="JPEG", exif=exif)) == digest_picture(saved(kind="JPEG"))

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\x89PNG\r\n\x1a\n",
            saved()[:-200],
            saved(kind="JPEG")[:400],
            enormous_png(20_000, 20_000),
            enormous_png(6000, MAX_PIXELS // 6000 + 1),
            enormous_png(100, 100),
        ],
        ids=["nothing", "head", "cut", "cut-jpeg", "bomb", "large", "short"],
    )
    def test_none_of_undecodable_data(self, data: bytes) -> None:
        assert digest_picture(data) is None

    def test_none_of_too_many_bytes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(picture_reader, "MAX_PICTURE_BYTES", len(saved()) - 1)
        assert digest_picture(saved()) is None


class TestInTheSandbox:
    def test_several_pictures_in_one_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[int] = []
        runs = digests.run_sandboxed
        monkeypatch.setattr(
            digests, "run_sandboxed", lambda *args, **kwargs: (started.append(1), runs(*args, **kwargs))[1]
        )
        files = [saved(), b"text", saved(kind="JPEG")[:400], saved(kind="BMP"), b"", saved(drawn(2))]
        assert digest_pictures(files) == ([digest_picture(file) for file in files], True)
        assert len(started) == 1
        assert digest_pictures([b"text", jpeg_of_scans(5000)]) == ([None, None], True)
        assert digest_pictures([]) == ([], True)
        assert len(started) == 1

    def test_a_picture_that_ends_the_process_costs_only_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(digests, "READER", f"{__name__.rpartition('.')[0]}.crashing_reader")
        killer = saved(Image.new("RGB", (9, 9)))
        good = saved()
        found, complete = digest_pictures([good, killer, good, killer, good])
        assert [pdq is not None for pdq in found] == [True, False, True, False, True]
        assert not complete
        found, complete = digest_pictures([killer] * 5 + [good])
        assert (found, complete) == ([None] * 6, False)

    @pytest.mark.parametrize("line", ["", "00 1", f"{'0' * 64}", f"{'0' * 64} 101", f"{'g' * 64} 1"])
    def test_nonsense_of_the_process_is_no_hash(self, line: str) -> None:
        assert parse_pdq(line) is None
        assert add_pdq(digest_file(b"x", media_type=""), parse_pdq(line)).pdq is None

    def test_no_process_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner, "_server", None)
        monkeypatch.setattr(runner.sys, "executable", "/bin/false")
        assert digest_pictures([saved()]) == ([None], False)
