"""The child's button: one way, read by the lead and the deputy only, sent once, and nothing is lost without keys."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client, override_settings

from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import enqueue
from tests.clients.staff import Person, signed_in
from tests.database import as_role_of
from tests.factories.youthpanel import make_cohort
from tests.rate_limits import set_limit
from tests.youthpanel.member_auth.conftest import ME, OWN, make_consenting
from tests.youthpanel.safeguarding.conftest import NOTES, TOKEN
from youthpanel.models import Consent, Member, MemberSession, SafeguardingNote
from youthpanel.safeguarding import services

pytestmark = pytest.mark.django_db
TELL, TOLD = "/sr/youth-panel/tell/", "/sr/youth-panel/tell/sent/"
NOTE_TEXT = "Очух ме удара кад мама није ту."
Enter = Callable[[Member], Client]


def form_of(client: Client) -> dict[str, str]:
    """The hidden fields of the form, as the page has them."""
    page = client.get(TELL)
    assert page.status_code == 200
    return {"id": str(page.context["form_id"]), "form_token": page.context["form_token"]}


def test_from_the_button_to_the_lead(enter: Enter, member: Member, safeguarding: Person) -> None:
    client = enter(member)
    assert f'href="{TELL}"' in client.get(ME).content.decode()
    answer = client.post(TELL, {**form_of(client), "text": f"  {NOTE_TEXT}\r\n"})
    assert (answer.status_code, answer["Location"]) == (303, TOLD)
    assert client.get(TOLD).status_code == 200
    note = SafeguardingNote.objects.get()
    assert (note.source, note.member, note.urgent, note.written_by) == ("child", member, True, None)
    assert NOTE_TEXT.encode() not in bytes(note.sealed)
    html = safeguarding.client.post(f"{NOTES}{note.pk}/open/").content.decode()
    assert NOTE_TEXT in html
    assert "Храбри јеж" in html
    events = AuditEvent.objects.filter(subject_table="youthpanel_safeguardingnote")
    assert list(events.values_list("action", "actor_id")) == [("safeguarding_note.opened", safeguarding.user.pk)]


def test_help_lines_come_before_the_text(enter: Enter, member: Member) -> None:
    client = enter(member)
    assert f'href="{TELL}"' in client.get("/sr/youth-panel/consultations/there-is-none/").content.decode()
    for address in (TELL, TOLD):
        page = client.get(address)
        content = page.content.decode().partition("<main")[2].partition("</main")[0]
        assert page["Cache-Control"] == "no-store"
        assert "116111" in content
        assert "192" in content.partition("<textarea")[0]


def test_sent_twice_is_sent_once_but_another_text_is_another_note(enter: Enter, member: Member) -> None:
    client = enter(member)
    form = form_of(client)
    for _press in range(3):
        assert client.post(TELL, {**form, "text": NOTE_TEXT}).status_code == 303
    assert SafeguardingNote.objects.count() == 1
    # Back to the same form, and more is written.
    assert client.post(TELL, {**form, "text": f"{NOTE_TEXT} И то често."}).status_code == 303
    assert SafeguardingNote.objects.count() == 2
    # The same words on another day are news, and damaged fields lose nothing.
    assert client.post(TELL, {**form_of(client), "text": NOTE_TEXT}).status_code == 303
    assert client.post(TELL, {"id": "x", "text": NOTE_TEXT}).status_code == 303
    assert client.post(TELL, {"text": NOTE_TEXT}).status_code == 303
    assert SafeguardingNote.objects.count() == 5
    # The form of another child suppresses nothing.
    other = make_consenting(make_cohort())
    assert enter(other).post(TELL, {**form, "text": NOTE_TEXT}).status_code == 303
    assert SafeguardingNote.objects.get(member=other)


def test_a_mistake_keeps_the_text(enter: Enter, member: Member) -> None:
    client = enter(member)
    for text in ("  \n ", "а" * (services.MAX_CHILD_TEXT_LENGTH + 1)):
        answer = client.post(TELL, {"id": str(uuid4()), "text": text})
        assert answer.status_code == 422
        assert answer.context["problem"]
        assert text.strip() in answer.content.decode()
    assert not SafeguardingNote.objects.exists()


def test_without_keys_the_text_stays_and_the_numbers_come_first(enter: Enter, member: Member) -> None:
    client = enter(member)
    form = {**form_of(client), "text": NOTE_TEXT}
    with override_settings(SEALING_PUBLIC_KEYS=Path("/nonexistent")):
        answer = client.post(TELL, form)
    assert answer.status_code == 503
    assert NOTE_TEXT in answer.content.decode()
    notice = answer.content.decode().partition('id="tell-problem"')[2].partition("<section")[0]
    assert ("192" in notice, "116111" in notice) == (True, True)
    assert not SafeguardingNote.objects.exists()
    # Sent again with the same form once the keys are back.
    assert client.post(TELL, form).status_code == 303


def test_a_session_that_has_ended_keeps_the_text(enter: Enter, member: Member) -> None:
    client = enter(member)
    form = form_of(client)
    Consent.objects.filter(member=member).delete()
    for _end in ("consent", "session"):
        answer = client.post(TELL, {**form, "text": NOTE_TEXT})
        assert answer.status_code == 403
        content = answer.content.decode()
        assert NOTE_TEXT in content
        assert form["id"] not in content
        assert "192" in content
        MemberSession.objects.all().delete()
    assert not SafeguardingNote.objects.exists()


def test_a_flood_is_stopped_and_the_text_stays(enter: Enter, member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise OSError

    # A lost broker loses nothing.
    monkeypatch.setattr(enqueue.current_app, "send_task", fail)
    set_limit(monkeypatch, "MEMBER_NOTES", 2)
    client = enter(member)
    for number in range(2):
        assert client.post(TELL, {**form_of(client), "text": f"{NOTE_TEXT} {number}"}).status_code == 303
    answer = client.post(TELL, {**form_of(client), "text": NOTE_TEXT})
    assert answer.status_code == 429
    assert NOTE_TEXT in answer.content.decode()
    assert "116111" in answer.content.decode()
    assert SafeguardingNote.objects.count() == 2


def test_foreign_forms_and_strangers_write_nothing(enter: Enter, member: Member) -> None:
    client = enter(member)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}):
        assert client.post(TELL, {"text": NOTE_TEXT}, headers=headers).status_code == 403
    assert Client(headers=OWN).post(TELL, {"text": NOTE_TEXT}).status_code == 403
    assert Client().get(TELL).status_code == Client().get(TOLD).status_code == 302
    assert not SafeguardingNote.objects.exists()


def test_the_public_role_writes_a_note_and_reads_none(enter: Enter, member: Member) -> None:
    client = enter(member)
    form = form_of(client)
    with as_role_of("public"):
        for _press in range(2):
            assert client.post(TELL, {**form, "text": NOTE_TEXT}).status_code == 303
        assert client.get(ME).status_code == client.get(TELL).status_code == 200
    assert SafeguardingNote.objects.count() == 1


def test_no_one_else_finds_a_trace(enter: Enter, member: Member, coordinator: object) -> None:
    """Coordinator, supervisor, another child, and the same child at the next visit see what they saw before."""
    staff = [signed_in(f"curious-{role}", role) for role in ("coordinator", "supervisor")]
    other = make_consenting(make_cohort())
    children = [enter(member), enter(other)]
    paths = ("", "youthpanel/member/", f"youthpanel/member/{member.pk}/change/", "youthpanel/due/")

    def page_texts() -> list[str]:
        pages = [person.client.get(f"/admin/{path}") for person in staff for path in paths]
        pages += [child.get(f"/sr/youth-panel/{path}") for child in children for path in ("me/", "tell/", "")]
        return [TOKEN.sub("", page.content.decode()) for page in pages]

    before = page_texts()
    assert children[0].post(TELL, {**form_of(children[0]), "text": NOTE_TEXT}).status_code == 303
    note = SafeguardingNote.objects.get()
    children[0] = enter(member)
    changed = [place for place, pair in enumerate(zip(before, page_texts(), strict=True)) if pair[0] != pair[1]]
    assert changed == []
    for person in staff:
        assert person.client.post(f"{NOTES}{note.pk}/open/").status_code == 403
    assert not AuditEvent.objects.filter(subject_table="youthpanel_safeguardingnote").exists()
