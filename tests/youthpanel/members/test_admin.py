"""Admin pages of members: creation, identity, consents, leaving, erasure, import."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone
from django.utils.timezone import localdate

from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person
from tests.factories.youthpanel import give_consent, make_cohort, make_meeting, make_member, make_school
from tests.youthpanel.members.sheets import row, xlsx
from youthpanel.models import Attendance, Cohort, Consent, ConsentScope, Member, School

pytestmark = pytest.mark.django_db
MEMBER = "/admin/youthpanel/member/"
MEMBERS = "/admin/youthpanel/members/"


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort(begins_on=localdate() - timedelta(days=30))


def form_of(cohort: Cohort, **fields: Any) -> dict[str, Any]:
    return {
        "cohort": cohort.pk,
        "school": School.objects.first().pk if School.objects.exists() else make_school().pk,
        "pseudonym": "Храбри јеж",
        "role": "member",
        "joined_on": localdate().isoformat(),
        "name": "Ана Анић",
        "birth_year": localdate().year - 13,
        "birth_month": 1,
        "email": "",
        "phone": "",
        "guardian": "Мира Анић",
        "guardian_contact": "064 111",
    } | fields


def errors(response: Any) -> list[str]:
    return sorted(response.context["adminform"].form.errors)


def test_schools_and_cohorts(person: Person) -> None:
    client, school = person.client, {"name": "ОШ „Његош“", "kind": "primary", "town": "nis"}
    assert client.post("/admin/youthpanel/school/add/", school).status_code == 302
    again = client.post("/admin/youthpanel/school/add/", school | {"name": "OŠ „Njegoš“"})
    assert again.context["adminform"].form.non_field_errors()
    data = {"name_sr": "Друга", "slug": "druga", "begins_on": "2026-01-01", "ends_on": "2025-01-01", "target": 70}
    assert client.post("/admin/youthpanel/cohort/add/", data).status_code == 200
    assert client.post("/admin/youthpanel/cohort/add/", data | {"ends_on": ""}).status_code == 302
    cohort, used, unused = Cohort.objects.get(), School.objects.get(), make_school(town="vranje")
    make_member(cohort, school=used)
    for address in (f"school/{used.pk}", f"cohort/{cohort.pk}", f"school/{unused.pk}"):
        client.post(f"/admin/youthpanel/{address}/delete/", {"post": "yes"})
    assert (School.objects.get(), Cohort.objects.get()) == (used, cohort)
    actions = AuditEvent.objects.filter(actor_id=person.user.pk).values_list("action", flat=True)
    assert {"school.added", "cohort.added", "school.removed"} <= set(actions)
    assert not LogEntry.objects.exists()


def test_add_a_member(person: Person, cohort: Cohort) -> None:
    page = person.client.get(f"{MEMBER}add/")
    proposed = page.context["adminform"].form.initial["pseudonym"]
    assert proposed in page.content.decode()
    assert person.client.post(f"{MEMBER}add/", form_of(cohort)).status_code == 302
    member = Member.objects.get()
    shown = person.client.get(f"{MEMBER}{member.pk}/change/").content.decode()
    assert "Храбри јеж" in shown
    assert "Анић" not in shown
    assert not LogEntry.objects.exists()
    person.client.cookies["lang"] = "sr-latn"
    listed = person.client.get(MEMBER).content.decode()
    assert [name in listed for name in ("Hrabri jež", "Храбри јеж", "Анић")] == [True, False, False]
    for field, fields in (
        ("name", {"name": "Anić Ana", "pseudonym": "Мирна сова"}),
        ("birth_year", {"birth_year": "abc"}),
        ("pseudonym", {"name": "Вера Сова", "pseudonym": "Сова"}),
        ("role", {"role": "boss"}),
    ):
        answer = person.client.post(f"{MEMBER}add/", form_of(cohort, **fields))
        assert field in errors(answer)
        assert "Мира Анић" in answer.content.decode()
    assert Member.objects.count() == 1


def test_opening_a_name_and_changing_it(person: Person, cohort: Cohort) -> None:
    person.client.post(f"{MEMBER}add/", form_of(cohort))
    member = Member.objects.get()
    address = f"{MEMBERS}{member.pk}/"
    response = person.client.post(f"{address}open/")
    assert "Ана Анић" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    data = {"name": "Ана Марија Анић", "birth_year": localdate().year - 13, "birth_month": 2}
    assert person.client.post(f"{address}identity/", data | {"name": "Храбри Јеж"}).status_code == 422
    assert person.client.post(f"{address}identity/", data).status_code == 302
    assert "Ана Марија Анић" in person.client.post(f"{address}open/").content.decode()
    assert AuditEvent.objects.filter(action="identity.opened", subject_id=member.pk).count() == 3
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        assert person.client.post(f"{address}open/").status_code == 302


def test_a_new_pseudonym_is_held_against_the_sealed_name(person: Person, cohort: Cohort) -> None:
    member = make_member(cohort, pseudonym="Храбри јеж")
    other = make_member(cohort, pseudonym="Мирна сова", school=member.school)
    address = f"{MEMBER}{member.pk}/change/"
    for pseudonym in ("Анић", "Mirna sova", "@", other.pseudonym):
        data = {"pseudonym": pseudonym, "school": member.school_id, "role": "speaker"}
        assert person.client.post(address, data).status_code == 200
    assert person.client.post(address, data | {"pseudonym": "Плави зец"}).status_code == 302
    member.refresh_from_db()
    assert (member.pseudonym, member.role) == ("Плави зец", "speaker")
    assert AuditEvent.objects.get(action="member.changed").data == {"fields": ["pseudonym", "role"]}
    assert not AuditEvent.objects.filter(action="identity.opened").exists()


def test_a_consent_from_paper_to_withdrawal(person: Person, cohort: Cohort) -> None:
    member = make_member(cohort, birth_year=localdate().year - 12)
    address = f"{MEMBERS}{member.pk}/consents/"
    until = localdate() + timedelta(days=300)
    data = {"scope": "online", "given_on": localdate().isoformat(), "expires_on": until.isoformat(), "document": "Ф1"}
    assert person.client.get(f"{address}add/?scope=travel").status_code == 200
    wrong = person.client.post(f"{address}add/", data | {"expires_on": "2001-01-01"})
    assert wrong.status_code == 422
    assert list(wrong.context["form"].errors) == ["expires_on"]
    assert person.client.post(f"{address}add/", data).status_code == 302
    consent = Consent.objects.get()
    assert consent.giver == "guardian"
    # It asks first, with what ends at once; only the second step withdraws.
    link = f'href="{address}{consent.pk}/withdraw/"'
    assert link in person.client.get(f"{MEMBER}{member.pk}/change/").content.decode()
    assert person.client.get(f"{address}{consent.pk}/withdraw/").status_code == 200
    consent.refresh_from_db()
    assert consent.withdrawn_on is None
    assert person.client.post(f"{address}{consent.pk}/withdraw/").status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawn_on == localdate()
    assert person.client.post(f"{address}{consent.pk}/withdraw/").status_code == 422
    assert person.client.get(f"{address}{consent.pk}/withdraw/").status_code == 302
    assert link not in person.client.get(f"{MEMBER}{member.pk}/change/").content.decode()
    other = make_member(cohort)
    assert person.client.post(f"{MEMBERS}{other.pk}/consents/{consent.pk}/withdraw/").status_code == 404


def test_members_due_are_listed(person: Person, cohort: Cohort) -> None:
    today = localdate()
    member = make_member(cohort, pseudonym="Мирна сова", birth_year=today.year - 12)
    consent = give_consent(member, given_on=today - timedelta(days=10), expires_on=today + timedelta(days=5))
    make_member(cohort, pseudonym="Стара корњача", birth_year=today.year - 18)
    make_member(cohort, pseudonym="Брзи зец", left_on=today)
    page = person.client.get("/admin/youthpanel/due/")
    assert [due.consent for due in page.context["consents"]] == [consent]
    assert {member.pseudonym for member in page.context["without"]} == {"Мирна сова", "Стара корњача"}
    assert [member.pseudonym for member, _day in page.context["eighteen"]] == ["Стара корњача"]
    assert [member.pseudonym for member, _day in page.context["left"]] == ["Брзи зец"]
    assert person.client.post(f"{MEMBERS}{member.pk}/consents/{consent.pk}/remind/").status_code == 302
    assert person.client.get("/admin/youthpanel/due/").context["consents"][0].consent.reminded_on == today


def test_next_meetings_and_meetings_without_minutes(person: Person, cohort: Cohort) -> None:
    now, member = timezone.now(), make_member(cohort)
    soon = make_meeting(cohort, starts_at=now + timedelta(days=3))
    make_meeting(cohort, title_sr="Отказан", starts_at=now + timedelta(days=1), cancelled_at=now)
    blank, written = (
        make_meeting(cohort, title_sr=title, starts_at=now - timedelta(days=9)) for title in ("А", "Уписан")
    )
    Attendance.objects.create(meeting=blank, member=member)
    Attendance.objects.create(meeting=written, member=member, attended=False)
    page = person.client.get("/admin/youthpanel/due/").content.decode()
    assert f"/meetings/{soon.pk}/" in page
    assert f"/meetings/{blank.pk}/attendance/" in page
    assert [word in page for word in ("Отказан", "Уписан")] == [False, False]


def test_lists_need_few_queries(person: Person, cohort: Cohort, django_assert_max_num_queries: Any) -> None:
    for _each in range(4):
        give_consent(make_member(cohort), given_on=localdate(), expires_on=localdate() + timedelta(days=2))
    for address in (MEMBER, "/admin/youthpanel/school/", "/admin/youthpanel/due/"):
        person.client.get(address)
        with django_assert_max_num_queries(16):
            assert person.client.get(address).status_code == 200


def test_leaving_and_forgetting(person: Person, cohort: Cohort, erasures: Path) -> None:
    member = make_member(cohort, pseudonym="Храбри јеж")
    address = f"{MEMBERS}{member.pk}/"
    assert person.client.post(f"{address}leave/", {"left_on": "2001-01-01"}).status_code == 422
    assert person.client.post(f"{address}leave/", {"left_on": localdate().isoformat()}).status_code == 302
    assert "Храбри јеж" in person.client.get(f"{MEMBER}?here=left").content.decode()
    assert person.client.post(f"{address}back/").status_code == 302
    assert person.client.post(f"{address}erase/").status_code == 422
    # Without its log, nothing is erased.
    erasures.mkdir(parents=True)
    assert person.client.post(f"{address}erase/", {"confirmed": "on"}).status_code == 422
    member.refresh_from_db()
    assert not member.erased_at
    erasures.rmdir()
    assert person.client.post(f"{address}erase/", {"confirmed": "on"}).status_code == 302
    member.refresh_from_db()
    assert member.erased_at
    # A small school would identify the member: pages name its kind and town, and count no member.
    meeting = make_meeting(cohort)
    Attendance.objects.create(meeting=meeting, member=member, attended=True)
    for page in (f"member/{member.pk}/change/", f"meetings/{meeting.pk}/", f"cohort/{cohort.pk}/change/", "due/"):
        shadow = person.client.get(f"/admin/youthpanel/{page}").content.decode()
        assert [name in shadow for name in ("Храбри", member.school.name)] == [False, False]
    schools = person.client.get("/admin/youthpanel/school/").content.decode()
    assert re.search(rf"{member.school.name}</a>.*?field-member_count[^>]*>0<", schools, re.DOTALL)
    delete = person.client.get(f"/admin/youthpanel/school/{member.school_id}/delete/").content.decode()
    assert f"№ {member.pk}" not in delete
    for act in ("open", "erase", "back", "leave"):
        assert person.client.post(f"{address}{act}/", {"confirmed": "on"}).status_code == 404
    assert person.client.post(f"{MEMBER}{member.pk}/change/", {"pseudonym": "Анин јеж"}).status_code == 403
    listed = person.client.get(MEMBER).content.decode()
    assert f"№ {member.pk}" in listed
    assert member.school.name not in listed


def send(person: Person, cohort: Cohort, content: bytes, name: str = "clanovi.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return person.client.post(f"{MEMBERS}import/", {"cohort": cohort.pk, "file": file})


def test_an_import_with_mistakes_then_mended(person: Person, cohort: Cohort) -> None:
    joined = {"joined_on": localdate().isoformat(), "birth_year": localdate().year - 13}
    wrong = send(person, cohort, xlsx([row(town="Нишш", **joined), row(name="Бојан Бојић", **joined)]))
    assert (wrong.status_code, wrong.context["state"]) == (422, "")
    page = wrong.content.decode()
    assert "C2" in page
    assert "Ана Анић" not in page
    good = send(person, cohort, xlsx([row(**joined), row(name="Бојан Бојић", **joined)]))
    assert good.status_code == 200
    page = good.content.decode()
    assert "Анић" not in page
    assert page.count('method="post"') == page.count("csrfmiddlewaretoken") >= 2
    proposed = [member.pseudonym for member, _consents in good.context["plan"].members]
    assert person.client.post(f"{MEMBERS}import/", {"state": good.context["state"]}).status_code == 302
    assert sorted(Member.objects.values_list("pseudonym", flat=True)) == sorted(proposed)
    # Submitted again after a reload: all members already exist.
    assert person.client.post(f"{MEMBERS}import/", {"state": good.context["state"]}).status_code == 422
    assert Member.objects.count() == 2


def test_the_preview_of_an_import_shows_the_giver_of_each_consent(person: Person, cohort: Cohort) -> None:
    today = localdate()
    days = {"given_on": today.isoformat(), "expires_on": (today + timedelta(days=300)).isoformat()}
    cells = {"joined_on": today.isoformat(), "birth_month": today.month, "online": "да", "document": "Ф1", **days}
    young = row(birth_year=today.year - 13, membership="да", guardian="Вера Анић", **cells)
    # Fifteen on the day of the consent.
    older = row(birth_year=today.year - 16, name="Бојан Бојић", **cells)
    nameless = row(birth_year=today.year - 13, name="Вук Вукић", **cells)
    person.client.cookies["lang"] = "en"
    preview = send(person, cohort, xlsx([young, older, nameless]))
    assert preview.status_code == 200
    page = preview.content.decode()
    # A guardian without a name is marked, the names themselves are not shown.
    assert page.count("name missing") == 1
    assert "Вера" not in page
    person.client.post(f"{MEMBERS}import/", {"state": preview.context["state"]})
    recorded = Consent.objects.values_list("member__birth_year", "giver")
    assert sorted(recorded) == [(today.year - 16, "member"), *[(today.year - 13, "guardian")] * 3]


def test_invalid_import_is_refused(person: Person, cohort: Cohort) -> None:
    for state in ("", "x" * 300):
        assert person.client.post(f"{MEMBERS}import/", {"state": state}).status_code == 422
    assert send(person, cohort, b"PK\x03\x04").status_code == 422
    assert person.client.post(f"{MEMBERS}import/", {"cohort": cohort.pk}).status_code == 422


def test_an_import_that_another_one_changed_is_shown_again(person: Person, cohort: Cohort) -> None:
    joined = {"joined_on": localdate().isoformat(), "birth_year": localdate().year - 13}
    planned = send(person, cohort, xlsx([row(**joined)]))
    # Another coordinator adds the school after the preview, which would have created it.
    make_school(name="ОШ „Његош“", town="nis", kind="primary")
    again = person.client.post(f"{MEMBERS}import/", {"state": planned.context["state"]})
    assert (again.status_code, Member.objects.count(), School.objects.count()) == (422, 0, 1)
    assert again.context["refusal"]
    assert person.client.post(f"{MEMBERS}import/", {"state": again.context["state"]}).status_code == 302
    assert (Member.objects.count(), School.objects.count()) == (1, 1)
    # Another coordinator deletes the cohort.
    planned = send(person, other := make_cohort(), xlsx([row(**joined, name="Бојан Бојић")]))
    other.delete()
    assert person.client.post(f"{MEMBERS}import/", {"state": planned.context["state"]}).status_code == 422
    assert Member.objects.count() == 1


@pytest.mark.parametrize(("code", "query"), [("sr-latn", ""), ("en", "?for=member")])
def test_the_consent_form_is_printed_for_a_guardian_or_a_member(person: Person, code: str, query: str) -> None:
    cohort = make_cohort(name_sr="Генерација 2026", name_en="Cohort 2026")
    response = person.client.get(f"/admin/youthpanel/cohorts/{cohort.pk}/consent-form/{code}/{query}")
    page = response.content.decode()
    assert response["Content-Language"] == {"sr-latn": "sr-Latn", "en": "en"}[code]
    assert page.count("☐") == len(ConsentScope.values)
    assert "180 " in page
    assert {"sr-latn": "Generacija 2026", "en": "Cohort 2026"}[code] in page
    assert person.client.get(f"/admin/youthpanel/cohorts/{cohort.pk}/consent-form/de/").status_code == 404
    signs = page.partition("<h1")[2].partition("paper-fields")[2]
    assert ("guardian" in signs) == (code == "en" and not query)
