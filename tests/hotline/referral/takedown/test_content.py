"""Tests of notice content: exact addresses, no names about CSAM, reports valid for the XARF package."""

import json
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest
import xarf
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.models import AbuseContact, Answer, ContentItem, NoticeGroup, NoticeKind, NoticeStep
from hotline.referral.takedown.content import ItemClassification, NoticeDraft, NoticeEntry, fill_template
from hotline.referral.takedown.email import compose
from hotline.referral.takedown.recipients import Recipient
from hotline.referral.takedown.xarf import UNNAMED_ORGANISATION, VERSION
from tests.factories.notices import HOUR, contact, due_item, known_host, reports_of, run, sent_notice, text_of
from tests.hotline.review.conftest import NOW

ANSWERS = {
    "baseline_csam": Answer(
        code="baseline_csam",
        label_sr="материјал сексуалног злостављања деце, основно",
        label_en=("child sexual abuse material, baseline"),
        iccam_id=1,
    ),
    "national_csam": Answer(
        code="national_csam",
        label_sr="материјал сексуалног злостављања деце, национално",
        label_en=("child sexual abuse material, national"),
        iccam_id=2,
    ),
    "hate_speech": Answer(code="hate_speech", label_sr="говор мржње", label_en="hate speech"),
}
BODY = "{{ contact }}:\n\n{{ addresses }}\n\nЉубав, {{ category }}\n{{ hosting }}"
# Everything that canonicalisation accepts, and worse: addresses must stay unchanged.
ADDRESSES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), min_size=1, max_size=3000
).map(lambda tail: f"https://www.example.org/{tail}")


def draft(*addresses: str, code: str = "hate_speech", language: str = "en") -> NoticeDraft:
    finding = ItemClassification(ANSWERS[code], NOW)
    register = AbuseContact(name="Host", email="abuse@example.net", language=language)
    return NoticeDraft(
        recipient=Recipient(NoticeStep.HOST, register, register.email),
        group=finding.group,
        kind=NoticeKind.FIRST,
        language=language,
        reference="N-2026-000001",
        answers_to="prijava+7k3mq9tzv4hd2xnb@hotline.test",
        entries=[
            NoticeEntry(UUID(int=number), ContentItem(canonical=address, host="www.example.org"), finding, None, NOW)
            for number, address in enumerate(addresses, start=1)
        ],
        now=NOW,
    )


def wire(notice_draft: NoticeDraft, body: str = BODY) -> bytes:
    """The message as sent to the server."""
    letter = fill_template(subject="x", body=body, draft=notice_draft)
    return compose(letter=letter, draft=notice_draft, message_id="1@hotline.test", earlier=[], sent_at=NOW)


@given(address=ADDRESSES, language=st.sampled_from(["en", "sr", "sr-Latn"]))
def test_every_address_arrives_byte_for_byte(address: str, language: str) -> None:
    message = message_from_bytes(wire(draft(address, language=language)), policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_payload(decode=True).replace(b"\r\n", b"\n")
    assert b"\n\n" + address.encode() + b"\n\n" in text
    (attached,) = message.iter_attachments()
    assert json.loads(attached.get_content())["url"] == address


def test_serbian_is_sent_in_the_script_of_the_contact() -> None:
    def text(language: str) -> str:
        return fill_template(subject="x", body=BODY, draft=draft("https://x.example/ђ", language=language)).text

    assert "Љубав, говор мржње" in text("sr")
    assert "Ljubav, govor mržnje" in text("sr-Latn")
    assert "https://x.example/ђ" in text("sr-Latn")
    assert "hate speech" in text("en")
    assert "hate speech" in text("de")


@pytest.mark.parametrize("code", ["baseline_csam", "national_csam"])
def test_csam_reports_are_valid_xarf(code: str) -> None:
    assert ItemClassification(ANSWERS[code], NOW).group == NoticeGroup.CSAM
    (report,) = fill_template(subject="x", body=BODY, draft=draft("https://www.example.org/a", code=code)).reports
    result = xarf.parse(json.dumps(report))
    assert result.errors == []
    assert result.report is not None
    assert (report["xarf_version"], report["reporter"]["org"]) == (VERSION, UNNAMED_ORGANISATION)
    assert xarf.SPEC_VERSION == VERSION


@pytest.mark.django_db
def test_csam_notices_name_no_person(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.referral.takedown.content.SENDER_NAME", "Marker Hotline")
    contact(language="sr-Latn")
    contact(kind="domain", key="example.org", email="owner@example.net", language="en")
    due_item("https://www.example.org/a", classification="baseline_csam")
    run()
    for days in range(12):
        run(HOUR + days * 24 * HOUR)
    assert len(sink.letters) == 8
    for letter in sink.letters:
        whole = str(letter.message) + text_of(letter) + json.dumps(reports_of(letter))
        assert "Marker" not in whole
        assert "prijava@hotline.test" not in whole
        assert "@" not in text_of(letter)
        assert letter.message["From"] == letter.message["Reply-To"] == letter.sender


@pytest.mark.django_db
def test_about_other_content_the_notifier_and_the_hosting_are_named(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.referral.takedown.content.SENDER_NAME", "Marker Hotline")
    contact()
    notice = sent_notice()
    own = f"prijava+{notice.tag.lower()}@hotline.test"
    assert f"Marker Hotline, {own}" in text_of(sink.letters[0])
    assert "www.example.org: 192.0.2.17 (AS64500 Primer hosting, RS)\n" in text_of(sink.letters[0])
    (report,) = reports_of(sink.letters[0])
    assert report["reporter"] == {"org": "Marker Hotline", "contact": own, "domain": "hotline.test"}
    hosting = {
        name: report[name] for name in ("source_identifier", "asn", "country_code", "hosting_provider", "domain")
    }
    assert hosting == {
        "source_identifier": known_host().places[0].ip,
        "asn": 64500,
        "country_code": "RS",
        "hosting_provider": "Primer hosting",
        "domain": "www.example.org",
    }
