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
from tests.clients.staff import Person, make_group, signed_in
from tests.factories.youthpanel import make_member
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
    assert "Без сагласности" in page
    assert "Отишла сова" not in page
    answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": "sr", "members": "missing"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    pages = pages_of(answer.content)
    assert len(pages) == 2
    text = "".join(pages)
    printed = {code.replace("-", "") for code in PRINTED.findall(text)}
    digests = {bytes(each.digest) for each in InvitationCode.objects.all()}
    assert {codes.digest(code) for code in printed} == digests
    assert len(digests) == 7
    assert all(member.pseudonym in text for member in members)
    assert "Без сагласности" not in text
    assert "Ана" not in text
    services.choose_pictures(code=printed.pop(), chosen=MINE, now=timezone.now())
    # No page shows a code.
    assert not PRINTED.search(person.client.get(f"{CODES}?cohort={cohort.pk}").content.decode())


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_in_the_script_that_is_wanted(person: Person, member: Member, language: str) -> None:
    with override_settings(SITE_URL="https://klik.example.org"):
        answer = person.client.post(SLIPS, {"cohort": member.cohort_id, "language": language, "members": "all"})
    text = pages_of(answer.content)[0]
    assert ("Храбри јеж" if language == "sr" else "Hrabri jež") in text
    assert f"klik.example.org/{language}/youth-panel/join/" in re.sub(r"[\s\u200b\ufffe]", "", text)
    assert bool(re.search("[а-шА-Ш]", text)) == (language == "sr")


@pytest.mark.parametrize(
    ("language", "order"),
    [
        ("sr", ["Вук", "Ђурђевак", "Љубичица", "Чапља", "Шева"]),
        ("sr-latn", ["Čaplja", "Đurđevak", "Ljubičica", "Ševa", "Vuk"]),
        ("en", ["Čaplja", "Đurđevak", "Ljubičica", "Ševa", "Vuk"]),
    ],
)
def test_slips_in_the_order_of_their_language(person: Person, cohort: Cohort, language: str, order: list[str]) -> None:
    for name in ("Шева", "Чапља", "Љубичица", "Ђурђевак", "Вук"):
        make_consenting(cohort, pseudonym=name)
    answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": language, "members": "all"})
    text = "".join(pages_of(answer.content))
    assert sorted(order, key=text.index) == order


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_a_long_pseudonym_and_address_stay_within_their_slip(person: Person, cohort: Cohort, language: str) -> None:
    for letter in "АБВГДЂ":
        make_consenting(cohort, pseudonym=f"{letter} Радознала веверица из шуме код Шапца")
    host = "www.centarzabezbednijiinternet.example.org"
    with override_settings(SITE_URL=f"https://{host}"):
        answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": language, "members": "all"})
    [page] = pypdfium2.PdfDocument(answer.content)
    text, height, centimetre = page.get_textpage(), page.get_height(), 72 / 2.54
    content = text.get_text_range()
    assert f"{host}/{language}/youth-panel/join/" in re.sub(r"[\s\u200b\ufffe]", "", content)
    assert "org\r\n/" not in content
    for place in range(text.count_chars()):
        _left, bottom, _right, top = text.get_charbox(place)
        if top - bottom < 1:
            continue
        below, above = ((height - each) / centimetre - 0.9 for each in (bottom, top))
        assert int(above // 9.15) == int((below + 0.15) // 9.15), (content[place - 20 : place + 1], below)


def test_the_pdf_is_tagged(person: Person, member: Member) -> None:
    answer = person.client.post(SLIPS, {"cohort": member.cohort_id, "language": "en", "members": "all"})
    assert b"pdfuaid" in answer.content
    assert b"/StructTreeRoot" in answer.content


def test_all_replaces_unused_codes_and_missing_does_not(
    person: Person, cohort: Cohort, member: Member, code_of: Callable[..., str], used_code_of: Callable[..., str]
) -> None:
    code, _other = code_of(member), make_consenting(cohort)
    used_code = used_code_of(make_consenting(cohort))
    data = {"cohort": cohort.pk, "language": "sr"}
    person.client.post(SLIPS, {**data, "members": "missing"})
    assert InvitationCode.objects.filter(digest=codes.digest(code)).exists()
    person.client.post(SLIPS, {**data, "members": "all"})
    assert not InvitationCode.objects.filter(digest=codes.digest(code)).exists()
    assert InvitationCode.objects.filter(void_since=None).count() == 3
    # Chosen pictures are not replaced by the way.
    assert InvitationCode.objects.get(digest=codes.digest(used_code)).pictures


def test_one_member_alone_and_only_of_this_cohort(person: Person, cohort: Cohort, member: Member) -> None:
    other = make_consenting(cohort)
    elsewhere = make_consenting(
        cohort=Cohort.objects.create(slug="x", name_sr="x", begins_on=cohort.begins_on, target=9)
    )
    data = {"cohort": cohort.pk, "language": "sr", "members": "all"}
    person.client.post(SLIPS, {**data, "member": elsewhere.pk})
    assert not InvitationCode.objects.exists()
    person.client.post(SLIPS, {**data, "member": other.pk})
    assert InvitationCode.objects.get().member == other


@pytest.mark.parametrize("form", [{}, {"cohort": "x"}, {"cohort": 0, "language": "de"}])
def test_nonsense_makes_nothing(person: Person, member: Member, form: dict[str, object]) -> None:
    assert person.client.post(SLIPS, form).status_code == 422
    assert not InvitationCode.objects.exists()


def test_no_eligible_member_gives_an_error(person: Person, cohort: Cohort) -> None:
    make_member(cohort)
    answer = person.client.post(SLIPS, {"cohort": cohort.pk, "language": "sr", "members": "all"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_failed_rendering_creates_no_slip(
    person: Person, member: Member, code_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(member)
    monkeypatch.setattr(staff_views, "render_code_sheet", jam)
    answer = person.client.post(SLIPS, {"cohort": member.cohort_id, "language": "sr", "members": "all"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert bytes(InvitationCode.objects.get().digest) == codes.digest(code)


def test_shutting_out(person: Person, member: Member, enter: Callable[[Member], object]) -> None:
    enter(member)
    path = f"/admin/youthpanel/members/{member.pk}/revoke-access/"
    assert person.client.get(path).url == f"{CODES}?cohort={member.cohort_id}"
    assert Member.objects.get().session
    assert person.client.post(path).url == f"{CODES}?cohort={member.cohort_id}"
    assert not hasattr(Member.objects.get(), "session")


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
    assert {each.member: str(each.state) for each in page.context["holders"]} == {
        used: "opened",
        unused: "new",
        ran_out: "none",
        gone: "requested",
        back: "ended",
    }
    assert page.context["missing"] == 1
    before = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", page.content.decode())
    services.sign_in(code=code, chosen=MINE, now=now)
    after = re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"', "", person.client.get(CODES).content.decode()
    )
    assert after == before


class TestReplacement:
    def test_two_clicks_of_two_people(self, person: Person, member: Member, used_code_of: Callable[..., str]) -> None:
        former, lead = used_code_of(member), signed_in("lead", "safeguarding")
        response = person.client.post(f"/admin/youthpanel/members/{member.pk}/revoke-access/", follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["success"]
        assert "Друга особа" in response.content.decode() or "друга особа" in response.content.decode()
        assert person.client.get(REPLACEMENTS).context["to_approve"] == set()
        own = person.client.post(APPROVE, {"language": "sr", "member": member.pk})
        assert own.status_code == 422
        alone = person.client.post(
            SLIPS, {"cohort": member.cohort_id, "language": "sr", "members": "all", "member": member.pk}, follow=True
        )
        assert [message.level_tag for message in alone.context["messages"]] == ["error"]
        page = lead.client.get(REPLACEMENTS)
        assert [each.member for each in page.context["replacements"]] == [member]
        assert member.pseudonym in page.content.decode()
        assert "Ана" not in page.content.decode()
        answer = lead.client.post(APPROVE, {"language": "sr", "member": member.pk})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert "no-store" in answer["Cache-Control"]
        (code,) = PRINTED.findall("".join(pages_of(answer.content)))
        assert codes.digest(codes.normalise(code)) != codes.digest(former)
        assert services.choose_pictures(code=codes.normalise(code) or "", chosen=MINE, now=timezone.now())
        assert not lead.client.get(REPLACEMENTS).context["replacements"]

    def test_all_at_once_and_only_those_of_others(
        self, person: Person, cohort: Cohort, used_code_of: Callable[..., str]
    ) -> None:
        second = signed_in("second", "coordinator")
        members = [make_consenting(cohort) for _number in range(3)]
        for each in members:
            used_code_of(each)
        for each, actor in zip(members, (person, person, second), strict=True):
            services.revoke_access(member=each, actor=actor.user, now=timezone.now())
        answer = second.client.post(APPROVE, {"language": "en"})
        assert len(PRINTED.findall("".join(pages_of(answer.content)))) == 2
        assert SlipReplacement.objects.get().member == members[2]

    @pytest.mark.parametrize("form", [{}, {"language": "de"}, {"language": "sr", "member": "x"}])
    def test_nonsense_approves_nothing(
        self, person: Person, member: Member, used_code_of: Callable[..., str], form: dict[str, str]
    ) -> None:
        used_code_of(member)
        services.revoke_access(member=member, actor=person.user, now=timezone.now())
        assert signed_in("lead", "safeguarding").client.post(APPROVE, form).status_code == 422
        assert SlipReplacement.objects.exists()

    def test_failed_rendering_keeps_the_request(
        self, person: Person, member: Member, used_code_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        used_code_of(member)
        services.revoke_access(member=member, actor=person.user, now=timezone.now())
        monkeypatch.setattr(staff_views, "render_code_sheet", jam)
        answer = signed_in("lead", "safeguarding").client.post(APPROVE, {"language": "sr", "member": member.pk})
        assert answer.status_code == 422
        assert SlipReplacement.objects.get().member == member

    def test_only_with_the_permission(self) -> None:
        for role, status in (("editor", 403), ("analyst", 403), ("safeguarding", 200), ("coordinator", 200)):
            assert signed_in(role, role).client.get(REPLACEMENTS).status_code == status


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
        assert all(word in content for each in listed for word in each)
        assert "Отишла Сова" not in content
        assert "Друга Генерација" not in content
        opening = AuditEvent.objects.get(action__endswith="opened")
        assert (opening.action, opening.subject_table, opening.subject_id, opening.actor_id, opening.data) == (
            "cohort.names_opened",
            "youthpanel_cohort",
            cohort.pk,
            person.user.pk,
            {"members": 3},
        )

    def test_it_is_shown_by_post_only_and_with_the_permission(self, person: Person, cohort: Cohort) -> None:
        make_member(cohort)
        assert person.client.get(NAMES).status_code == 302
        make_group("clerk", "youthpanel.view_member", "youthpanel.change_member")
        assert signed_in("clerk", "clerk").client.post(NAMES, {"cohort": cohort.pk}).status_code == 403
        assert not AuditEvent.objects.filter(action__endswith="opened").exists()

    def test_without_keys_or_members_it_shows_an_error(self, person: Person, cohort: Cohort, settings: Any) -> None:
        assert "error" in {
            message.level_tag
            for message in person.client.post(NAMES, {"cohort": cohort.pk}, follow=True).context["messages"]
        }
        make_member(cohort)
        settings.SEALING_PRIVATE_KEYS = Path("/nonexistent")
        person.client.post(NAMES, {"cohort": cohort.pk})
        assert not AuditEvent.objects.filter(action__endswith="opened").exists()


def test_only_coordinators() -> None:
    editor = signed_in("editor", "editor").client
    assert editor.get(CODES).status_code == 403
    assert editor.post(SLIPS).status_code == 403
