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
from tests.youthpanel.members.sheets import cohort_of, row, xlsx
from youthpanel.models import Attendance, Cohort, Consent, Member, School

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
    client = person.client
    assert (
        client.post(
            "/admin/youthpanel/school/add/", {"name": "ОШ „Његош“", "kind": "primary", "town": "nis"}
        ).status_code
        == 302
    )
    again = client.post("/admin/youthpanel/school/add/", {"name": "OŠ „Njegoš“", "kind": "primary", "town": "nis"})
    assert again.context["adminform"].form.non_field_errors()
    assert (
        client.post("/admin/youthpanel/school/add/", {"name": "x", "kind": "primary", "town": "zagreb"}).status_code
        == 200
    )
    data = {"name_sr": "Друга", "slug": "druga", "begins_on": "2026-01-01", "ends_on": "2025-01-01", "target": 70}
    assert client.post("/admin/youthpanel/cohort/add/", data).status_code == 200
    assert client.post("/admin/youthpanel/cohort/add/", data | {"ends_on": ""}).status_code == 302
    assert Cohort.objects.get().name == "Друга"
    assert School.objects.get().name == "ОШ „Његош“"
    actions = set(AuditEvent.objects.filter(actor_id=person.user.pk).values_list("action", flat=True))
    assert {"school.added", "cohort.added"} <= actions
    make_member(Cohort.objects.get(), school=School.objects.get())
    for kind, pk in (("school", School.objects.get().pk), ("cohort", Cohort.objects.get().pk)):
        client.post(f"/admin/youthpanel/{kind}/{pk}/delete/", {"post": "yes"})
    assert (School.objects.count(), Cohort.objects.count()) == (1, 1)


def test_a_school_without_members_can_be_deleted(person: Person) -> None:
    school = make_school()
    assert person.client.post(f"/admin/youthpanel/school/{school.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not School.objects.exists()
    assert AuditEvent.objects.get(action="school.removed").subject_id == school.pk
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
    assert "Анић" not in person.client.get(MEMBER).content.decode()
    double = person.client.post(f"{MEMBER}add/", form_of(cohort, name="Anić Ana", pseudonym="Мирна сова"))
    assert errors(double) == ["name"]
    assert "Храбри јеж" in str(double.context["adminform"].form.errors)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"birth_year": 1950}, "birth_year"),
        ({"birth_year": "abc"}, "birth_year"),
        ({"birth_month": ""}, "birth_month"),
        ({"name": "Ана"}, "name"),
        ({"pseudonym": "Анић"}, "pseudonym"),
        ({"joined_on": "2001-01-01"}, "joined_on"),
        ({"role": "boss"}, "role"),
    ],
)
def test_error_is_at_its_field_and_input_stays(
    person: Person, cohort: Cohort, fields: dict[str, Any], field: str
) -> None:
    answer = person.client.post(f"{MEMBER}add/", form_of(cohort, **fields))
    assert field in errors(answer)
    assert "Мира Анић" in answer.content.decode()
    assert not Member.objects.exists()


def test_opening_a_name_and_changing_it(person: Person, cohort: Cohort) -> None:
    person.client.post(f"{MEMBER}add/", form_of(cohort))
    member = Member.objects.get()
    address = f"{MEMBERS}{member.pk}/"
    assert person.client.get(f"{address}open/")["Location"] == f"{MEMBER}{member.pk}/change/"
    response = person.client.post(f"{address}open/")
    assert "Ана Анић" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    data = {"name": "Ана Марија Анић", "birth_year": localdate().year - 13, "birth_month": 2}
    assert person.client.post(f"{address}identity/", data | {"name": "Храбри Јеж"}).status_code == 422
    assert person.client.post(f"{address}identity/", data).status_code == 302
    assert "Ана Марија Анић" in person.client.post(f"{address}open/").content.decode()
    timeline = person.client.get(f"{MEMBER}{member.pk}/change/").context["timeline"]
    assert [line.who for line in timeline] == ["person"] * len(timeline)
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
    person.client.cookies["lang"] = "en"
    confirmation = person.client.get(f"{address}{consent.pk}/withdraw/").content.decode()
    assert "given by: guardian?" in confirmation
    assert "The slip stops working and the session ends." in confirmation
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
    now = timezone.now()
    soon = make_meeting(cohort, title_sr="Ускоро", starts_at=now + timedelta(days=3))
    make_meeting(cohort, title_sr="Отказан", starts_at=now + timedelta(days=1), cancelled_at=now)
    blank = make_meeting(cohort, title_sr="Празан", starts_at=now - timedelta(days=9))
    written = make_meeting(cohort, title_sr="Уписан", starts_at=now - timedelta(days=9))
    Attendance.objects.create(meeting=blank, member=make_member(cohort))
    Attendance.objects.create(meeting=written, member=make_member(cohort), attended=False)
    page = person.client.get("/admin/youthpanel/due/").content.decode()
    assert f"/meetings/{soon.pk}/" in page
    assert f"/meetings/{blank.pk}/attendance/" in page
    assert "Отказан" not in page
    assert "Уписан" not in page


@pytest.mark.parametrize("number", [1, 4])
def test_lists_need_a_constant_number_of_queries(
    person: Person, cohort: Cohort, number: int, django_assert_max_num_queries: Any
) -> None:
    for _each in range(number):
        give_consent(make_member(cohort), given_on=localdate(), expires_on=localdate() + timedelta(days=2))
    for address in (MEMBER, "/admin/youthpanel/school/", "/admin/youthpanel/due/"):
        person.client.get(address)
        with django_assert_max_num_queries(16):
            assert person.client.get(address).status_code == 200


def test_leaving_and_forgetting(person: Person, cohort: Cohort) -> None:
    member = make_member(cohort, pseudonym="Храбри јеж")
    address = f"{MEMBERS}{member.pk}/"
    assert person.client.post(f"{address}leave/", {"left_on": "2001-01-01"}).status_code == 422
    assert person.client.post(f"{address}leave/", {"left_on": localdate().isoformat()}).status_code == 302
    assert "Храбри јеж" in person.client.get(f"{MEMBER}?here=left").content.decode()
    assert person.client.post(f"{address}back/").status_code == 302
    assert person.client.post(f"{address}erase/").status_code == 422
    assert person.client.post(f"{address}erase/", {"confirmed": "on"}).status_code == 302
    member.refresh_from_db()
    assert member.erased_at
    shadow = person.client.get(f"{MEMBER}{member.pk}/change/").content.decode()
    assert "Храбри" not in shadow
    for act in ("open", "erase", "back", "leave"):
        assert person.client.post(f"{address}{act}/", {"confirmed": "on"}).status_code == 404
    assert person.client.post(f"{MEMBER}{member.pk}/change/", {"pseudonym": "Анин јеж"}).status_code == 403
    listed = person.client.get(MEMBER).content.decode()
    assert f"№ {member.pk}" in listed
    assert member.school.name not in listed


def test_nothing_is_erased_if_the_erasure_log_is_unwritable(person: Person, cohort: Cohort, erasures: Any) -> None:
    member = make_member(cohort)
    erasures.mkdir(parents=True)
    answer = person.client.post(f"{MEMBERS}{member.pk}/erase/", {"confirmed": "on"})
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    member.refresh_from_db()
    assert not member.erased_at


def send(person: Person, cohort: Cohort, content: bytes, name: str = "clanovi.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return person.client.post(f"{MEMBERS}import/", {"cohort": cohort.pk, "file": file})


def test_an_import_with_mistakes_then_mended(person: Person, cohort: Cohort) -> None:
    joined = {"joined_on": localdate().isoformat(), "birth_year": localdate().year - 13}
    wrong = send(person, cohort, xlsx([row(town="Нишш", **joined), row(name="Бојан Бојић", **joined)]))
    assert wrong.status_code == 422
    assert not wrong.context["state"]
    page = wrong.content.decode()
    assert "C2" in page
    assert "Ниш" in page
    assert "Ана Анић" not in page
    good = send(person, cohort, xlsx([row(**joined), row(name="Бојан Бојић", **joined)]))
    assert good.status_code == 200
    page = good.content.decode()
    assert "Анић" not in page
    assert page.count('method="post"') == page.count("csrfmiddlewaretoken") >= 2
    proposed = [member.pseudonym for member, _consents in good.context["plan"].members]
    response = person.client.post(f"{MEMBERS}import/", {"state": good.context["state"]})
    assert response.status_code == 302
    assert sorted(Member.objects.values_list("pseudonym", flat=True)) == sorted(proposed)
    # Submitted again after a reload: all members already exist.
    again = person.client.post(f"{MEMBERS}import/", {"state": good.context["state"]})
    assert again.status_code == 422
    assert Member.objects.count() == 2


def test_the_preview_of_an_import_shows_the_giver_of_each_consent(person: Person, cohort: Cohort) -> None:
    today = localdate()
    consent_cells = {
        "online": "да",
        "given_on": today.isoformat(),
        "expires_on": (today + timedelta(days=300)).isoformat(),
        "document": "Ф1",
    }
    cells = {"joined_on": today.isoformat(), "birth_month": today.month, **consent_cells}
    young = row(birth_year=today.year - 13, membership="да", guardian="Вера Анић", **cells)
    # Fifteen on the day of the consent.
    older = row(birth_year=today.year - 16, name="Бојан Бојић", **cells)
    nameless = row(birth_year=today.year - 13, name="Вук Вукић", **cells)
    person.client.cookies["lang"] = "en"
    preview = send(person, cohort, xlsx([young, older, nameless]))
    assert preview.status_code == 200
    assert [[(each.scope, each.giver) for each in line.consents] for line in preview.context["plan"].rows] == [
        [("membership", "guardian"), ("online", "guardian")],
        [("online", "member")],
        [("online", "guardian")],
    ]
    page = preview.content.decode()
    assert "4 consents would be recorded (3 of them by a guardian, because the member was under 15 on that day)" in page
    assert page.count("taking part online: <b>guardian</b>") == 2
    assert page.count("taking part online: <b>the member</b>") == 1
    # A guardian without a name is counted and marked, the names themselves are not shown.
    assert "The file does not name the guardian of 1 member." in page
    assert page.count("name missing") == 1
    assert "Вера" not in page
    person.client.post(f"{MEMBERS}import/", {"state": preview.context["state"]})
    recorded = Consent.objects.values_list("member__birth_year", "giver")
    assert sorted(recorded) == [(today.year - 16, "member"), *[(today.year - 13, "guardian")] * 3]


def test_invalid_import_state_is_refused(person: Person, cohort: Cohort) -> None:
    for state in ("", "x" * 300):
        assert person.client.post(f"{MEMBERS}import/", {"state": state}).status_code == 422
    assert send(person, cohort, b"PK\x03\x04").status_code == 422
    assert send(person, cohort, b"x" * (2 * 1024 * 1024 + 1)).status_code == 422
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


def test_an_import_into_an_erased_cohort_is_refused(person: Person, cohort: Cohort) -> None:
    joined = {"joined_on": localdate().isoformat(), "birth_year": localdate().year - 13}
    planned = send(person, cohort, xlsx([row(**joined)]))
    cohort.delete()
    assert person.client.post(f"{MEMBERS}import/", {"state": planned.context["state"]}).status_code == 422
    assert not Member.objects.exists()


def test_seventy_by_form(person: Person) -> None:
    cohort = make_cohort(begins_on=localdate() - timedelta(days=40))
    rows = cohort_of(70)
    for cells in rows:
        cells[4] = localdate().year - 13
        cells[18], cells[19] = localdate().isoformat(), (localdate() + timedelta(days=300)).isoformat()
    planned = send(person, cohort, xlsx(rows))
    assert planned.status_code == 200, [str(each.message) for each in planned.context["plan"].faults]
    person.client.post(f"{MEMBERS}import/", {"state": planned.context["state"]})
    assert Member.objects.filter(cohort=cohort).count() == 70


def test_templates(person: Person) -> None:
    for ending in ("xlsx", "csv"):
        answer = person.client.get(f"{MEMBERS}import/template.{ending}")
        assert re.search(rf'filename="youth-panel\.{ending}"', answer["Content-Disposition"])
