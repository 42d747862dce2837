"""Open Graph pictures: drawn from the title, only for signed titles, and stored."""

import json
from base64 import urlsafe_b64encode
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.signing import Signer
from django.test import Client
from PIL import Image, ImageChops, ImageFont, ImageStat

from awareness.social_images import render
from awareness.social_images.render import BESIDE, FONT, KINDS, draw
from awareness.social_images.signed_paths import picture_path, read_picture
from bin.draw_kinds import SOURCES
from bin.draw_kinds import draw as draw_kind
from tests.clients.page_reader import PageReader

TITLES = (
    "Помоћ",
    "Кад непознати постане превише љубазан: шта да урадиш",
    "Ђаци, љубав, његош, џез: шта урадити кад неко на интернету превише зна о теби и твојој породици",
    "Х" * 200,
    "a " * 80,
    "",
    "<&\"'\n\t",
)


@pytest.mark.slow
@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_drawn_within_its_frame(title: str) -> None:
    picture = Image.open(BytesIO(draw(title, "Кликни безбедно")))
    assert (picture.size, picture.format) == ((1200, 630), "PNG")
    empty = Image.open(BytesIO(draw("", "Кликни безбедно"))).convert("RGB")
    # Colours differ slightly between pictures, because each has its own palette.
    difference = ImageChops.difference(picture.convert("RGB"), empty).convert("L")
    box = difference.point([0] * 64 + [255] * 192).getbbox()
    if title.strip():
        assert box is not None
        left, top, right, bottom = box
        assert left >= 56
        assert 140 <= top < bottom <= 566
        assert right <= 1100


def test_the_font_has_glyphs_of_both_scripts() -> None:
    """Missing glyphs are all drawn as the same box."""
    letters = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШčćžšđČĆŽŠĐ„“–?!"
    face = ImageFont.truetype(FONT, 40)
    missing = bytes(face.getmask("\u4e2d"))
    assert [letter for letter in letters if bytes(face.getmask(letter)) == missing] == []


def test_a_picture_is_drawn_once_and_stored(
    client: Client, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    path = picture_path("Фишинг", "Кликни безбедно")
    first = client.get(path)
    assert (first.status_code, first.headers["Content-Type"]) == (200, "image/png")
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert first.content == draw("Фишинг", "Кликни безбедно")
    assert not first.cookies
    monkeypatch.setattr(render, "draw", lambda title, name, kind: pytest.fail("drawn again"))
    assert client.get(path).content == first.content
    assert len(list((tmp_path / "pictures").iterdir())) == 1
    assert picture_path("Фишинг 2", "Кликни безбедно") != path


@pytest.mark.django_db
def test_picture_of_an_unsigned_title_is_refused(client: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    signed = picture_path("Фишинг", "x")
    altered = (signed.replace(".png", "x.png"), signed.replace("/pictures/", "/pictures/x"))
    for path in (*altered, "/pictures/x.png", "/pictures/.x.png", "/pictures/ж.ж.png"):
        assert client.get(path).status_code == 404, path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_page_is_shared_with_its_own_picture_in_its_script(
    client: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, settings.SITE_URL = tmp_path, "https://klik.example.org"
    addresses = {}
    for code in ("sr", "sr-latn", "en"):
        page = PageReader(client.get(f"/{code}/help/").content.decode())
        [meta] = page.all("meta", property="og:image")
        addresses[code] = meta["content"].removeprefix("https://klik.example.org")
    assert addresses["sr-latn"] == picture_path("Pomoć", "Klikni bezbedno")
    assert len(set(addresses.values())) == 3
    assert client.get(addresses["sr-latn"]).status_code == 200


@pytest.mark.django_db
def test_a_page_is_shared_with_the_picture_of_its_kind(client: Client) -> None:
    for path, kind in (("", "klik"), ("topics/phishing/", "topic"), ("games/lock-it/", "game")):
        [meta] = PageReader(client.get(f"/en/{path}").content.decode()).all("meta", property="og:image")
        signed = meta["content"].rpartition("/")[2].removesuffix(".png")
        assert read_picture(signed)[1:] == ("Click Safely", kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(SOURCES))
def test_each_kind_looks_different_and_its_title_has_room_beside_it(kind: str) -> None:
    title = "Подешавања приватности: ко шта види и ко ти пише"
    with Image.open(BytesIO(draw(title, "Кликни безбедно", kind))) as titled:
        titled_points = titled.convert("RGB")
    with Image.open(BytesIO(draw("", "Кликни безбедно", kind))) as untitled:
        untitled_points = untitled.convert("RGB")
    words = ImageChops.difference(titled_points, untitled_points).convert("L").point([0] * 64 + [255] * 192).getbbox()
    assert words is not None
    assert words[2] <= BESIDE[0]
    with Image.open(BytesIO(draw("", "Кликни безбедно"))) as plain:
        assert ImageChops.difference(untitled_points, plain.convert("RGB")).crop((752, 270, 1168, 582)).getbbox()


def test_the_pictures_of_kinds_are_those_of_the_drawings() -> None:
    """The bitmaps match the drawings: `bin/draw_kinds.py` was run after the last change."""
    assert set(KINDS) == set(SOURCES)
    for kind, source in SOURCES.items():
        with Image.open(BytesIO(draw_kind(source))) as anew, Image.open(KINDS[kind]) as stored_image:
            difference = ImageChops.difference(anew.convert("RGBA"), stored_image.convert("RGBA"))
        assert ImageStat.Stat(difference).mean == pytest.approx([0] * 4, abs=0.5), kind


def test_an_address_from_before_there_were_kinds_is_still_read() -> None:
    packed = urlsafe_b64encode(json.dumps(["Фишинг", "x"], ensure_ascii=False).encode()).decode().rstrip("=")
    assert read_picture(Signer(salt="clicksafely.picture", sep=".").sign(packed)) == ("Фишинг", "x", "")
