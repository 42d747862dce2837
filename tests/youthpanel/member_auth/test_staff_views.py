"""Slips in the admin: creation, printing, replacement by two people, and the list of names."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import override_settings
from django.utils import timezone

from clicksafely.common.documents.typst import TypstError
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, signed_in
from tests.factories.youthpanel import make_cohort, make_member
from tests.youthpanel.member_auth.conftest import make_consenting
from tests.youthpanel.member_auth.slips import MINE
from youthpanel.member_auth import codes, services, staff_views
from youthpanel.members.services import record_leaving, undo_leaving
from youthpanel.models import Cohort, InvitationCode, Member, SlipReplacement

pytestmark = pytest.mark.django_db
CODES, SLIPS, NAMES = (f"/admin/youthpanel/codes/{each}" for each in ("", "slips/", "names/"))
REPLACEMENTS, APPROVE = (f"/admin/youthpanel/codes/replacements/{each}" for each in ("", "approve/"))
PRINTED = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


def jam(*args: object, **kwargs: object) -> bytes:
    raise TypstError("no paper")


def pages_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_code_sheets_are_made_for_members_with_consent(person: Person, cohort: Cohort, now: datetime) -> None:
    members = [make_consenting(cohort, pseudonym=f"Јеж {number}") for number in range(7)]
    make_member(cohort, pseudonym="Без сагласности")
    gone = make_consenting(cohort, pseudonym="Отишла сова")
    Member.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
    page = person.client.get(f"{CODES}?cohort={cohort.pk}").content.decode()
    assert ("Без сагласности" in page, "Отишла сова" in page) == (True, False)
    answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": "sr", "members": "missing"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    assert b"pdfuaid" in answer.content
    pages = pages_of(answer.content)
    assert len(pages) == 2
    text = "".join(pages)
    printed = {code.replace("-", "") for code in PRINTED.findall(text)}
    digests = {bytes(each.digest) for each in InvitationCode.objects.all()}
    assert {codes.digest(code) for code in printed} == digests
    assert len(digests) == 7
    assert all(member.pseudonym in text for member in members)
    assert ("Без сагласности" in text, "Ана" in text) == (False, False)
    services.choose_pictures(code=printed.pop(), chosen=MINE, now=timezone.now())
    # No page shows a code.
    assert not PRINTED.search(person.client.get(f"{CODES}?cohort={cohort.pk}").content.decode())


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("sr", ["Вук", "Ђурђевак", "Љубичица", "Чапља", "Шева"]),
        ("en", ["Čaplja", "Đurđevak", "Ljubičica", "Ševa", "Vuk"]),
    ],
)
def test_slips_have_script_and_order_of_their_language(
    person: Person, cohort: Cohort, language: str, order: list[str]
) -> None:
    for name in ("Шева", "Чапља", "Љубичица", "Ђурђевак", "Вук"):
        make_consenting(cohort, pseudonym=name)
    with override_settings(SITE_URL="https://klik.example.org"):
        answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": language, "members": "all"})
    text = "".join(pages_of(answer.content))
    assert sorted(order, key=text.index) == order
    assert f"klik.example.org/{language}/youth-panel/join/" in re.sub(r"[\s\u200b\ufffe]", "", text)
    assert bool(re.search("[а-шА-Ш]", text)) == (language == "sr")


def test_the_members_whose_slips_are_replaced(
    person: Person, cohort: Cohort, member: Member, code_of: Callable[..., str], used_code_of: Callable[..., str]
) -> None:
    code, other, elsewhere = code_of(member), make_consenting(cohort), make_consenting(make_cohort())
    used_code = used_code_of(make_consenting(cohort))

    def members_with_slips(**form: object) -> set[int]:
        person.client.post(SLIPS, {"cohort": cohort.pk, "language": "sr", **form})
        return set(InvitationCode.objects.filter(void_since=None).values_list("member_id", flat=True))

    assert elsewhere.pk not in members_with_slips(members="all", member=elsewhere.pk)
    assert other.pk in members_with_slips(members="all", member=other.pk)
    members_with_slips(members="missing")
    assert InvitationCode.objects.filter(digest=codes.digest(code)).exists()
    assert len(members_with_slips(members="all")) == 3
    assert not InvitationCode.objects.filter(digest=codes.digest(code)).exists()
    # Chosen pictures are not replaced by the way.
    assert InvitationCode.objects.get(digest=codes.digest(used_code)).pictures


def test_refused_or_failed_slips_are_not_created(
    person: Person, member: Member, code_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(member)
    data = {"cohort": member.cohort_id, "language": "sr", "members": "all"}
    for form in ({}, {"cohort": "x"}, {"cohort": 0, "language": "de"}):
        assert person.client.post(SLIPS, form).status_code == 422
    monkeypatch.setattr(staff_views, "render_code_sheet", jam)
    answer = person.client.post(SLIPS, data, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert bytes(InvitationCode.objects.get().digest) == codes.digest(code)


def test_states_are_shown_and_visits_are_not(
    person: Person, cohort: Cohort, code_of: Callable[..., str], used_code_of: Callable[..., str], now: datetime
) -> None:
    used, unused, ran_out, gone, back = (make_consenting(cohort) for _number in range(5))
    code = used_code_of(used)
    code_of(unused)
    used_code_of(ran_out)
    InvitationCode.objects.filter(member=ran_out).update(
        created_at=now - timedelta(days=9), expires_at=now - timedelta(days=1)
    )
    used_code_of(gone)
    services.revoke_access(member=gone, actor=person.user, now=now)
    used_code_of(back)
    record_leaving(member=back, on=timezone.localdate(now), actor=None, now=now)
    undo_leaving(member=back, actor=person.user, now=now)
    page = person.client.get(CODES)
    states = {used: "opened", unused: "new", ran_out: "none", gone: "requested", back: "ended"}
    assert {each.member: str(each.state) for each in page.context["holders"]} == states
    assert page.context["missing"] == 1
    services.sign_in(code=code, chosen=MINE, now=now)
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')
    before, after = (token.sub("", each.content.decode()) for each in (page, person.client.get(CODES)))
    assert after == before


class TestReplacement:
    def test_two_clicks_of_two_people(self, person: Person, member: Member, used_code_of: Callable[..., str]) -> None:
        former, lead = used_code_of(member), signed_in("lead", "safeguarding")
        response = person.client.post(f"/admin/youthpanel/members/{member.pk}/revoke-access/", follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["success"]
        assert person.client.get(REPLACEMENTS).context["to_approve"] == set()
        assert person.client.post(APPROVE, {"language": "sr", "member": member.pk}).status_code == 422
        alone = person.client.post(
            SLIPS, {"cohort": member.cohort_id, "language": "sr", "members": "all", "member": member.pk}, follow=True
        )
        assert [message.level_tag for message in alone.context["messages"]] == ["error"]
        page = lead.client.get(REPLACEMENTS)
        assert [each.member for each in page.context["replacements"]] == [member]
        assert member.pseudonym in page.content.decode()
        assert "Ана" not in page.content.decode()
        # All at once, but not those that the lead requested.
        used_code_of(own := make_consenting(member.cohort))
        services.revoke_access(member=own, actor=lead.user, now=timezone.now())
        answer = lead.client.post(APPROVE, {"language": "sr"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert "no-store" in answer["Cache-Control"]
        (code,) = PRINTED.findall("".join(pages_of(answer.content)))
        assert codes.digest(codes.normalise(code)) != codes.digest(former)
        assert services.choose_pictures(code=codes.normalise(code) or "", chosen=MINE, now=timezone.now())
        assert SlipReplacement.objects.get().member == own

    def test_a_failed_approval_keeps_the_request(
        self, person: Person, member: Member, used_code_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        used_code_of(member)
        services.revoke_access(member=member, actor=person.user, now=timezone.now())
        lead = signed_in("lead", "safeguarding")
        for form in ({}, {"language": "de"}, {"language": "sr", "member": "x"}):
            assert lead.client.post(APPROVE, form).status_code == 422
        monkeypatch.setattr(staff_views, "render_code_sheet", jam)
        assert lead.client.post(APPROVE, {"language": "sr", "member": member.pk}).status_code == 422
        assert SlipReplacement.objects.get().member == member


class TestNames:
    def test_one_recorded_opening_for_the_whole_list(self, person: Person, cohort: Cohort) -> None:
        for name, pseudonym in (("Цвета Цветић", "Јеж"), ("Љубица Љубић", "Лија"), ("Ана Анић", "Сова")):
            make_member(cohort, contact={"name": name}, pseudonym=pseudonym)
        gone = make_member(cohort, contact={"name": "Отишла Сова"})
        Member.objects.filter(pk=gone.pk).update(left_on=timezone.localdate())
        make_member(contact={"name": "Друга Генерација"})
        answer = person.client.post(NAMES, {"cohort": cohort.pk})
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        listed = [(each.name, each.member.pseudonym) for each in answer.context["names"]]
        assert listed == [("Ана Анић", "Сова"), ("Љубица Љубић", "Лија"), ("Цвета Цветић", "Јеж")]
        content = answer.content.decode()
        assert [name in content for name in ("Ана Анић", "Отишла Сова", "Друга Генерација")] == [True, False, False]
        opening = AuditEvent.objects.get(action__endswith="opened")
        assert (opening.action, opening.data) == ("cohort.names_opened", {"members": 3})
        assert (opening.subject_id, opening.actor_id) == (cohort.pk, person.user.pk)

    def test_without_keys_or_members_it_shows_an_error(self, person: Person, cohort: Cohort, settings: Any) -> None:
        assert person.client.get(NAMES).status_code == 302
        answer = person.client.post(NAMES, {"cohort": cohort.pk}, follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
        make_member(cohort)
        settings.SEALING_PRIVATE_KEYS = Path("/nonexistent")
        person.client.post(NAMES, {"cohort": cohort.pk})
        assert not AuditEvent.objects.filter(action__endswith="opened").exists()
