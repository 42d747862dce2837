"""A child with a picture: the browser computes the codes, no pixel leaves it, and the same picture in another report comes up sooner."""

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin
from playwright.sync_api import FilePayload, Page, Request, expect

from hotline.models import OwnPicture, OwnPictureMatch, Report
from hotline.states import ReportState
from hotline.triage.hash_lists.own_pictures import parse_code
from hotline.triage.hash_lists.picture_reader import digest_picture
from tests.e2e.page_checks import faults
from tests.e2e.review_steps import claim_next, press
from tests.hotline.triage.hash_lists.pictures import drawn, saved
from tests.live_portal import Site
from tests.waiting import until

PATH = "report/own-picture/"
# Some browsers change the lowest bits of a few pixels, others return noise.
FALSIFY = """(() => {
    const original = CanvasRenderingContext2D.prototype.getImageData;
    CanvasRenderingContext2D.prototype.getImageData = function (...area) {
        const image = original.apply(this, area);
        CHANGE
        return image;
    };
})()"""
ONE_BIT = "image.data[4 * 77] ^= 1;"
NOISE = "image.data.forEach((_, place) => { image.data[place] = Math.random() * 256; });"
INSECURE = "Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined});"
ROTATIONS = range(1, 9)


def noise(size: tuple[int, int]) -> Image.Image:
    """Pixels without any order."""
    pixels = np.random.default_rng(7).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def rotated_picture(orientation: int, kind: str) -> bytes:
    """A picture that its EXIF data would turn or mirror."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(drawn(2, (320, 150)), kind, exif=exif)


def profiled_picture(kind: str) -> bytes:
    """A picture with a colour profile under which its numbers mean other colours."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # The red and blue primaries exchanged.
    red, blue = profile.find(b"rXYZ"), profile.find(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return saved(drawn(3), kind, icc_profile=bytes(profile))


def with_gamma() -> bytes:
    """A PNG that asks for much lighter colours."""
    info = PngImagePlugin.PngInfo()
    info.add(b"gAMA", (20_000).to_bytes(4))
    return saved(drawn(4), pnginfo=info)


def animated_gif() -> bytes:
    """A GIF of two frames."""
    out = BytesIO()
    drawn(5).save(out, "GIF", save_all=True, append_images=[drawn(6)])
    return out.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    "shapes.png": lambda: saved(drawn(1)),
    "shapes.jpg": lambda: saved(drawn(1), "JPEG", quality=80),
    "progressive.jpg": lambda: saved(drawn(8, (700, 900)), "JPEG", progressive=True),
    "shapes.webp": lambda: saved(drawn(1), "WEBP", quality=70),
    "lossless.webp": lambda: saved(drawn(1), "WEBP", lossless=True),
    "frames.gif": animated_gif,
    "palette.png": lambda: saved(drawn(9).quantize()),
    "grey.jpg": lambda: saved(drawn(9).convert("L"), "JPEG"),
    "gradient.png": lambda: saved(Image.radial_gradient("L").resize((300, 200))),
    "noise.png": lambda: saved(noise((301, 203))),
    "narrow.png": lambda: saved(noise((5, 900))),
    "small.png": lambda: saved(noise((5, 5))),
    "profile.jpg": lambda: profiled_picture("JPEG"),
    "profile.png": lambda: profiled_picture("PNG"),
    "profile.webp": lambda: profiled_picture("WEBP"),
    "gamma.png": with_gamma,
    **{f"rotated-{each}.jpg": (lambda each=each: rotated_picture(each, "JPEG")) for each in ROTATIONS},  # type: ignore[misc]
    "rotated.png": lambda: rotated_picture(6, "PNG"),
    "rotated.webp": lambda: rotated_picture(6, "WEBP"),
}
LARGE: dict[str, Callable[[], bytes]] = {
    "12 megapixels.jpg": lambda: saved(drawn(10, (4032, 3024)), "JPEG"),
    "odd sides.png": lambda: saved(drawn(11, (3001, 2003))),
    "wide.jpg": lambda: saved(drawn(12, (9000, 700)), "JPEG"),
    "tall.jpg": lambda: saved(drawn(13, (601, 9001)), "JPEG"),
    "just above the limit.png": lambda: saved(drawn(14, (2001, 2000))),
    "just at the limit.png": lambda: saved(drawn(14, (2000, 2000))),
}
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


def as_file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": TYPES.get(name.rpartition(".")[2], "text/plain"), "buffer": data}


def open_page(page: Page, language: str = "en") -> Page:
    """The page, with its scripts and its worker loaded."""
    page.goto(f"/{language}/{PATH}", wait_until="networkidle")
    expect(page.locator("[data-own-picture]")).to_be_visible()
    return page


def choose(page: Page, *files: FilePayload) -> list[str]:
    """Choose files and return the codes that the page then holds."""
    page.set_input_files("[data-choose]", list(files))
    expect(page.locator("[data-progress]")).to_be_hidden()
    return [str(field.get_attribute("value")) for field in page.locator("[data-codes] input").all()]


def check_codes(page: Page, pictures: dict[str, Callable[[], bytes]]) -> None:
    """Compare the codes of the browser with the server's."""
    for name, make in pictures.items():
        data = make()
        (code,) = choose(page, as_file(name, data))
        digests, expected = parse_code(code), digest_picture(data)
        assert digests.sha256 == hashlib.sha256(data).digest(), name
        assert expected is not None
        assert digests.pdq is not None, name
        distance = (int.from_bytes(digests.pdq) ^ int.from_bytes(expected[0])).bit_count()
        assert (distance <= 2, digests.pdq_quality) == (True, expected[1]), (name, distance)
        page.locator("[data-codes] button").click()


def test_the_codes_are_the_servers(visit: Callable[..., Page]) -> None:
    check_codes(open_page(visit()), PICTURES)


def test_without_https_the_page_computes_sha256_itself(visit: Callable[..., Page]) -> None:
    page = visit()
    page.add_init_script(INSECURE)
    # The worker has its own `crypto`; here the same module runs in the page.
    open_page(page)
    module = page.locator("script[src*='own_picture/page']").get_attribute("src")
    assert module
    for size in (0, 1, 55, 56, 63, 64, 65, 1024 * 1024, 1024 * 1024 + 7):
        data = bytes(place % 251 for place in range(size))
        result = page.evaluate(
            """async ([module, size]) => {
                const source = await (await fetch(module)).text();
                const picture = new URL(source.match(/from "([^"]*picture[^"]*)"/)[1], new URL(module, location));
                const worker = new URL((await (await fetch(picture)).text()).match(/from "([^"]*worker[^"]*)"/)[1], picture);
                const name = (await (await fetch(worker)).text()).match(/from "([^"]*sha256[^"]*)"/)[1];
                const { sha256 } = await import(new URL(name, worker));
                return sha256(new Blob([Uint8Array.from({ length: size }, (_, place) => place % 251)]));
            }""",
            [module, size],
        )
        assert result == hashlib.sha256(data).hexdigest(), size


def test_it_works_without_a_network_and_sends_nothing_but_codes(visit: Callable[..., Page], site: Site) -> None:
    page = visit(width=360)
    requests: list[tuple[str, bytes]] = []

    def note(request: Request) -> None:
        requests.append((request.url, request.post_data_buffer or b""))

    open_page(page, "sr")
    page.context.on("request", note)
    page.context.set_offline(True)
    expect(page.locator("[data-offline]")).not_to_have_attribute("hidden", "")
    data = saved(drawn(20))
    (code,) = choose(page, as_file("secret-name.png", data))
    assert requests == []
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_have_attribute("hidden", "")
    press(page, "[data-send] [type=submit]")
    expect(page.locator("input[name=own_pictures]")).to_have_value(code)
    (body_text,) = [body.decode() for url, body in requests if url.endswith(PATH) and body]
    names = {part.partition("=")[0] for part in body_text.split("&")}
    assert names == {"form_token", "draft_id", "own_pictures"}
    pixels = drawn(20).tobytes()
    for url, body in requests:
        assert b"secret-name" not in body + url.encode()
        assert not any(piece[start : start + 24] in body for piece in (data, pixels) for start in (0, 64, 200))
        assert len(body) < 4_000


@pytest.mark.parametrize("change", [ONE_BIT, NOISE])
def test_a_falsified_canvas_gives_no_code(visit: Callable[..., Page], change: str) -> None:
    page = visit()
    page.add_init_script(FALSIFY.replace("CHANGE", change))
    open_page(page)
    expect(page.locator("[data-canvas-blocked]")).to_be_visible()
    expect(page.locator("[data-canvas-blocked]")).to_be_focused()
    expect(page.locator("[data-choose]")).to_be_hidden()
    expect(page.locator("[data-canvas-blocked]")).to_contain_text("You did nothing wrong.")
    assert faults(page) == []


def test_all_by_keyboard(visit: Callable[..., Page]) -> None:
    page = open_page(visit())
    page.locator("[data-choose]").focus()
    with page.expect_file_chooser() as chooser:
        # After this round trip the browser intercepts the dialogue.
        page.evaluate("0")
        page.keyboard.press("Enter")
    chooser.value.set_files([as_file("a.png", saved(drawn(1)))])
    expect(page.locator("[data-send]")).to_be_visible()
    expect(page.locator("[data-choose]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-codes] button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-send]")).to_be_hidden()
    expect(page.locator("[data-choose]")).to_be_focused()
    choose(page, as_file("a.png", saved(drawn(1))))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("input[name=own_pictures]").is_checked()


def test_without_scripts_it_links_to_other_help(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=360)
    page.goto(f"/en/{PATH}")
    expect(page.locator("[data-choose]")).to_be_hidden()
    expect(page.locator("[data-without-script]")).to_be_visible()
    expect(page.locator("[data-without-script] a[href='tel:192']")).to_be_visible()
    press(page, "[data-without-script] a[href$='?about=me']")
    expect(page.locator("[name=what]")).to_be_visible()


@pytest.fixture
def orm(site: Site) -> Iterator[None]:
    """Reads of the site's own database."""
    with site.orm():
        yield
        OwnPicture.objects.all().delete()


def triaged_report(words: str, earlier_ids: set[int]) -> Report:
    """The new report, once triage is done and its files and codes are compared."""
    found = Report.objects.exclude(pk__in=earlier_ids).filter(state=ReportState.TRIAGED)
    until(found.exists, what=f"triage: {words}")
    return found.get()


def test_a_child_with_a_picture(
    orm: None, visit: Callable[..., Page], sign_in: Callable[..., Page], tmp_path: Path
) -> None:
    earlier_ids = set(Report.objects.values_list("pk", flat=True))
    picture = drawn(77, (1200, 900))
    child = visit(width=360, cookies=False)
    child.goto("/sr/report/csam/?about=me")
    # In a new tab, so that nothing typed is lost.
    with child.context.expect_page() as popup:
        child.locator(f"main a[href='/sr/{PATH}']").click()
    child = popup.value
    expect(child.locator("[data-own-picture]")).to_be_visible()
    (code,) = choose(child, as_file("ja.png", saved(picture)))
    press(child, "[data-send] [type=submit]")
    child.fill("[name=what]", "Неко има моју слику.")
    child.check("[name=consent]")
    press(child, "form [type=submit].btn-primary")
    expect(child.locator("main")).to_contain_text(code[:12])
    press(child, "main [name=send]")
    expect(child.locator("#receipt")).to_be_visible()
    own = triaged_report("the child's", earlier_ids)
    until(own.own_pictures.filter(matched_at__isnull=False).exists, what="comparing the code")

    # The same picture, smaller and stored with loss.
    (copy := tmp_path / "kopija.jpg").write_bytes(saved(picture.resize((800, 600)), "JPEG", quality=70))
    other = visit(javascript=False)
    other.goto("/en/report/cyberbullying/")
    other.fill("[name=addresses]", "https://pictures.example.org/t/of-a-child")
    other.set_input_files("[name=images]", copy)
    other.check("[name=consent]")
    press(other, "form [type=submit].btn-primary")
    press(other, "main [name=send]")
    found = triaged_report("the other", earlier_ids | {own.pk})
    until(OwnPictureMatch.objects.filter(report=found).exists, what="the match")
    for report in (own, found):
        report.refresh_from_db()
        assert "own_picture" in report.priority_reasons

    analyst = sign_in("analyst1", width=1280)
    claim_next(analyst, found)
    box = analyst.locator("#own-pictures-box")
    expect(box.locator(f"a[href='/admin/hotline/case/{own.pk}/']")).to_be_visible()
    assert faults(analyst, fingers=False) == []
    analyst.goto(f"/admin/hotline/case/{own.pk}/")
    expect(box).to_contain_text("1")
    expect(box.locator(f"a[href='/admin/hotline/case/{found.pk}/']")).to_be_visible()
    # The digits themselves are shown to no one.
    assert code[:12] not in analyst.content()
