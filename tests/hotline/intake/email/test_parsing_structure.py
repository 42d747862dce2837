"""Parts are found however they are nested, torn or multiplied."""

from base64 import encodebytes

import pytest

from clicksafely.common.mail.mime import MAX_PARTS, MimeWalker
from clicksafely.devserver.mock_services.generated_messages import attachment, coded, multipart, part, text_part
from tests.hotline.intake.email.parsed_mail import HEAD, JPEG, PNG, addresses, hashes, parsed, sha256
from tests.timing import seconds

TEXT = text_part("види https://example.org/a")


def test_nested_parts_come_in_their_order() -> None:
    inner = multipart("related", text_part("два"), coded("image/png", PNG), boundary="in")
    mail = parsed(
        multipart("mixed", text_part("један"), inner, text_part("три"), coded("image/jpeg", JPEG), boundary="out")
    )
    assert (mail.text, hashes(mail), mail.notes) == ("један\n\nдва\n\nтри", sha256(PNG, JPEG), ())


@pytest.mark.parametrize("depth", [1, 5000])
def test_depth_costs_nothing(depth: int) -> None:
    part_headers = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth)
    )
    mail = parsed(part_headers + TEXT)
    assert (mail.text, addresses(mail), mail.notes) == ("види https://example.org/a", ["https://example.org/a"], ())


def test_messages_in_messages_are_all_read() -> None:
    mail = parsed(b"".join(b"Content-Type: message/rfc822\n\nSubject: nivo %d\n" % n for n in range(1000)) + TEXT)
    assert (mail.text.count("Subject: nivo"), addresses(mail)) == (1000, ["https://example.org/a"])


TWO, THREE, FILE = text_part("два"), text_part("три"), coded("image/png", PNG)
TORN = b"Content-Type: multipart/mixed; boundary=in\n\n--in\n" + TWO


@pytest.mark.parametrize(
    "body",
    [
        multipart("mixed", TORN, THREE, FILE, boundary="out"),
        multipart("mixed", multipart("mixed", TWO, boundary="a-1"), THREE, FILE, boundary="a"),
        multipart("mixed", multipart("mixed", TWO, boundary="a"), THREE, FILE, boundary="a"),
        multipart("mixed", TWO, boundary="a") + b"--a\n" + THREE + b"\n--a\n" + FILE,
        multipart("mixed", TWO, THREE, FILE, boundary="a").removesuffix(b"--a--\n"),
    ],
    ids=["torn", "begins like another", "same boundary", "after the end", "no end"],
)
def test_torn_parts_lose_nothing(body: bytes) -> None:
    mail = parsed(body)
    assert (mail.text, hashes(mail)) == ("два\n\nтри", sha256(PNG))


@pytest.mark.parametrize("parameter", [b"", b"; boundary=other", b'; boundary="b'])
def test_a_missing_or_false_boundary_is_guessed(parameter: bytes) -> None:
    whole = multipart("mixed", TEXT, coded("image/png", PNG), boundary="tacno").replace(
        b'; boundary="tacno"', parameter
    )
    mail = parsed(whole)
    assert (mail.text, hashes(mail), mail.notes) == ("види https://example.org/a", sha256(PNG), ("parts_not_found",))
    mail = parsed(b"Content-Type: multipart/mixed; boundary=x\n\nvidi example.org/a\n\n" + encodebytes(PNG))
    assert (mail.text, hashes(mail)) == ("vidi example.org/a", sha256(PNG))


def test_a_preamble_and_an_epilogue_are_not_read() -> None:
    body = multipart("mixed", text_part("два"), boundary="a").replace(
        b"This is a multi-part", b"https://preamble.test/"
    )
    assert parsed(body + b"https://epilogue.test/\n").text == "два"


def test_a_digest_holds_messages() -> None:
    body = multipart("digest", b"\nSubject: a\n\njedan", b"\nSubject: b\n\ndva")
    assert parsed(body).text.split() == ["----------", "Subject:", "a", "jedan", "----------", "Subject:", "b", "dva"]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_containers_behind_an_encoding_are_opened(encoding: str) -> None:
    inside = multipart("mixed", TEXT, FILE, boundary="a")
    containers = {
        "multipart/mixed; boundary=a": inside.partition(b"\n\n")[2],
        "message/rfc822": b"Subject: unutra\n" + inside,
    }
    for kind, body in containers.items():
        raw = encodebytes(body) if encoding == "base64" else body.replace(b"=", b"=3D")
        mail = parsed(part(kind, raw, f"Content-Transfer-Encoding: {encoding}"))
        assert (addresses(mail), hashes(mail)) == (["https://example.org/a"], sha256(PNG))


def test_encodings_inside_encodings_end() -> None:
    body = TEXT
    for _level in range(30):
        body = part("message/rfc822", encodebytes(b"Subject: x\n" + body), "Content-Transfer-Encoding: base64")
    mail = parsed(body)
    assert ("too_deep" in mail.notes, len(mail.files)) == (True, 1)


def many_parts(count: int) -> bytes:
    return multipart("mixed", *(coded("application/octet-stream", b"%d" % number) for number in range(count)), TEXT)


@pytest.mark.timing
def test_time_grows_with_the_number_of_parts_only() -> None:
    assert seconds(parsed, many_parts(10_000)) < 64 * seconds(parsed, many_parts(625))


def test_ten_thousand_parts_are_hashed_up_to_the_limit_and_counted() -> None:
    mail = parsed(many_parts(10_000))
    assert (len(mail.files), mail.parts_left_out, mail.notes) == (1000, 9000, ("too_many_parts",))
    assert hashes(mail)[:3] == sha256(b"0", b"1", b"2")
    assert addresses(mail) == ["https://example.org/a"]


def test_parts_beyond_all_limits_are_counted() -> None:
    mail = parsed(b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nx\n" * (MAX_PARTS + 50) + b"--a--\n")
    # The first opens the multipart itself.
    assert (mail.parts_left_out, "too_many_parts" in mail.notes) == (51, True)


def test_a_walk_names_types_levels_and_branches() -> None:
    inside = HEAD + multipart("alternative", TEXT, part("text/html", b"x"), boundary="in")
    walk = MimeWalker(
        HEAD + multipart("mixed", part("message/rfc822", inside), attachment(b"x", "a/b", "c"), boundary="out")
    )
    assert [(each.kind, each.level, each.opens, each.branch) for each in walk] == [
        ("message/rfc822", 0, True, 0),
        ("text/plain", 1, False, 1),
        ("text/html", 1, False, 2),
        ("message/rfc822", 0, False, 0),
        ("a/b", 0, False, 0),
    ]
