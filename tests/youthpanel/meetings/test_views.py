"""Admin pages of meetings: forms that keep input, attendance, minutes, the printed sheet, the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from clicksafely.accounts.models import User
from tests.clients.staff import Person, make_staff
from tests.factories.youthpanel import make_cohort, make_meeting, make_member
from youthpanel.meetings import selectors, services
from youthpanel.meetings.attendance import attendance_revision
from youthpanel.meetings.form_data import MinutesData, minutes_data_of
from youthpanel.members.erasure import erase_member
from youthpanel.models import Attendance, Cohort, Decision, Meeting, Member

pytestmark = pytest.mark.django_db
MEETINGS = "/admin/youthpanel/meetings/"
LIST = "/admin/youthpanel/meeting/"


def form_of(cohort: Cohort, person: Person, **fields: Any) -> dict[str, Any]:
    return {
        "title_sr": "Шта даље",
        "title_en": "What next",
        "agenda_sr": "1. Увод\n2. Договор",
        "agenda_en": "",
        "day": (localdate() + timedelta(days=5)).isoformat(),
        "begins": "10:00",
        "ends": "13:30",
        "last_day": "",
        "town": "nis",
        "place": "Омладински центар",
        "cohorts": [cohort.pk],
        "facilitators": [person.user.pk, make_staff("second", "safeguarding").pk],
        **fields,
    }


def errors(response: Any) -> list[str]:
    return sorted(response.context["form"].errors)


def page(person: Person, path: str) -> str:
    response = person.client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def test_a_meeting_from_the_form_to_the_list(person: Person, cohort: Cohort) -> None:
    assert person.client.get(f"{MEETINGS}add/").status_code == 200
    data = form_of(cohort, person)
    assert person.client.post(f"{MEETINGS}add/", data).status_code == 302
    meeting = Meeting.objects.get()
    assert timezone.localtime(meeting.starts_at).strftime("%H:%M") == "10:00"
    assert "Шта даље" in page(person, LIST)
    shown = page(person, f"{MEETINGS}{meeting.pk}/")
    for words in ("Шта даље", "Ниш", "10:00–13:30", "second", "2. Договор"):
        assert words in shown
    form = person.client.get(f"{MEETINGS}{meeting.pk}/change/").context["form"]
    again = {**data, "opened": form.initial["opened"], "place": "Библиотека"}
    assert person.client.post(f"{MEETINGS}{meeting.pk}/change/", again).status_code == 302
    assert "Библиотека" in page(person, f"{MEETINGS}{meeting.pk}/")
    assert not person.client.get(f"{MEETINGS}{meeting.pk}/").context["lacks_adults"]
    User.objects.filter(username="second").update(is_active=False)
    assert person.client.get(f"{MEETINGS}{meeting.pk}/").context["lacks_adults"]
    answer = person.client.get(f"{MEETINGS}{meeting.pk}/attendance/", follow=True)
    assert answer.redirect_chain == [(f"{MEETINGS}{meeting.pk}/", 302)]
    assert person.client.get(f"{MEETINGS}{meeting.pk}/cancel/").status_code == 200
    assert person.client.post(f"{MEETINGS}{meeting.pk}/cancel/").status_code == 302
    answer = person.client.post(f"{MEETINGS}{meeting.pk}/cancel/")
    assert answer.status_code == 422
    assert answer.context["refusal"]
    assert person.client.get(f"{LIST}{meeting.pk}/change/").status_code == 302


def test_error_is_at_its_field_and_input_stays(person: Person, cohort: Cohort) -> None:
    form = form_of(cohort, person)
    for field, value in (
        ("title_sr", ""),
        ("day", "31.31.2026"),
        ("ends", "09:00"),
        ("last_day", (localdate() + timedelta(days=40)).isoformat()),
        ("cohorts", ["999999"]),
        ("facilitators", [person.user.pk]),
    ):
        answer = person.client.post(f"{MEETINGS}add/", form | {field: value})
        assert (answer.status_code, field in errors(answer)) == (422, True)
        assert "2. Договор" in answer.content.decode()
    # Clocks are put forward in that night.
    answer = person.client.post(f"{MEETINGS}add/", form | {"day": "2027-03-28", "begins": "02:30"})
    assert "begins" in errors(answer)
    assert not Meeting.objects.exists()


def test_a_long_form_needs_its_token(person: Person, meeting: Meeting) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = person.client.cookies
    for page_name in ("attendance/", "minutes/", "files/add/"):
        assert client.get(f"{MEETINGS}{meeting.pk}/{page_name}").status_code == 200
        assert client.post(f"{MEETINGS}{meeting.pk}/{page_name}", {"opened": "x"}).status_code == 403


def test_stale_minutes_get_a_conflict(person: Person, meeting: Meeting, cohort: Cohort) -> None:
    address = f"{MEETINGS}{meeting.pk}/change/"
    mine = form_of(cohort, person, opened=person.client.get(address).context["form"].initial["opened"], place="Моје место")  # fmt: skip
    theirs = {**mine, "place": "Њихово место"}
    assert person.client.post(address, theirs).status_code == 302
    answer = person.client.post(address, mine)
    assert answer.status_code == 422
    assert [row[1:] for row in answer.context["differences"]] == [("Њихово место", "Моје место")]
    meeting.refresh_from_db()
    assert meeting.place == "Њихово место"
    again = {**mine, "opened": answer.context["form"]["opened"].value()}
    assert person.client.post(address, again).status_code == 302
    meeting.refresh_from_db()
    assert meeting.place == "Моје место"


def test_attendance_form_sets_the_rest_by_a_button(person: Person, meeting: Meeting, members: list[Member]) -> None:
    address = f"{MEETINGS}{meeting.pk}/attendance/"
    form = person.client.get(address)
    assert [line[0] for line in form.context["lines"]] == members
    first, second, third = (f"m{member.pk}" for member in members)
    data = {"opened": form.context["opened"], first: "missed", second: "unknown", third: "unknown"}
    assert person.client.post(address, {**data, "act": "save"}).status_code == 302
    assert selectors.attendance_of(meeting) == {members[0].pk: False, members[1].pk: None, members[2].pk: None}
    data["opened"] = person.client.get(address).context["opened"]
    assert person.client.post(address, {**data, "act": "rest-attended"}).status_code == 302
    assert selectors.attendance_of(meeting) == {members[0].pk: False, members[1].pk: True, members[2].pk: True}
    data["opened"] = person.client.get(address).context["opened"]
    assert person.client.post(address, {**data, third: "attended", "act": "rest-missed"}).status_code == 302
    assert selectors.attendance_of(meeting) == {members[0].pk: False, members[1].pk: False, members[2].pk: True}


def test_a_list_that_was_tampered_with_or_changed_meanwhile_is_shown_again(
    person: Person, meeting: Meeting, members: list[Member]
) -> None:
    outside = make_member(make_cohort(), pseudonym="Туђи вук")
    address, mine = f"{MEETINGS}{meeting.pk}/attendance/", f"m{members[0].pk}"
    data = {mine: "attended", "opened": attendance_revision({})}
    answer = person.client.post(address, data | {f"m{outside.pk}": "attended"})
    assert (answer.status_code, "Туђи вук" in answer.context["faults"][0]) == (422, True)
    # Ticked boxes stay ticked.
    assert [attended for _member, attended, *_rest in answer.context["lines"]] == [True, None, None]
    assert not Attendance.objects.exists()
    assert person.client.post(address, data).status_code == 302
    answer = person.client.post(address, data | {mine: "missed"})
    assert answer.status_code == 422
    assert answer.context["lines"][0] == (members[0], False, True, True)
    assert selectors.attendance_of(meeting) == {members[0].pk: True}


def lines(*decisions: tuple[object, str, str], **fields: str) -> dict[str, Any]:
    data: dict[str, Any] = {"form-TOTAL_FORMS": len(decisions), "form-INITIAL_FORMS": 0, "minutes": "", **fields}
    for number, (order, serbian, english) in enumerate(decisions):
        data |= {f"form-{number}-order": order, f"form-{number}-text_sr": serbian, f"form-{number}-text_en": english}
    return data


def test_minutes_and_decisions_are_one_page(person: Person, meeting: Meeting) -> None:
    address = f"{MEETINGS}{meeting.pk}/minutes/"
    revision = person.client.get(address).context["form"].initial["opened"]
    data = lines((2, "Друга", ""), (1, "Прва", "First"), ("", "Последња", ""), ("", "", ""), minutes="Било је\n\nлепо.")
    assert person.client.post(address, {**data, "opened": revision}).status_code == 302
    assert list(Decision.objects.values_list("order", "text_sr", "text_en")) == [
        (0, "Прва", "First"), (1, "Друга", ""), (2, "Последња", ""),
    ]  # fmt: skip
    shown = page(person, f"{MEETINGS}{meeting.pk}/")
    assert "Последња" in shown
    assert "<p>лепо.</p>" in shown
    form = person.client.get(address)
    more = person.client.post(address, {**data, "opened": form.context["form"].initial["opened"], "more": "1"})
    assert more["Location"] == address


def test_invalid_minutes_keep_their_input(person: Person, meeting: Meeting) -> None:
    right = (2, "Исправна одлука", "")
    for decision, minutes, field in (
        ((1, "", "English alone"), "Реч", "text_sr"),
        (("први", "Прва", ""), "Реч", "order"),
        ((1, "Прва", ""), "x" * 40_001, "minutes"),
    ):
        answer = person.client.post(f"{MEETINGS}{meeting.pk}/minutes/", lines(decision, right, minutes=minutes))
        assert answer.status_code == 422
        assert field in {*answer.context["form"].errors, *answer.context["rows"][0].errors}
        assert "Исправна одлука" in answer.content.decode()
    assert not Decision.objects.exists()
    meeting.refresh_from_db()
    assert meeting.minutes == ""


def test_refused_minutes_keep_their_text(person: Person, meeting: Meeting) -> None:
    # A form without its management data.
    answer = person.client.post(f"{MEETINGS}{meeting.pk}/minutes/", {"minutes": "Реч."})
    assert answer.status_code == 422
    assert "Реч." in answer.content.decode()
    Meeting.objects.update(cancelled_at=timezone.now())
    revision = minutes_data_of(meeting).revision
    answer = person.client.post(f"{MEETINGS}{meeting.pk}/minutes/", lines((1, "x", ""), opened=revision))
    assert (answer.status_code, bool(answer.context["refusal"])) == (422, True)
    assert not Decision.objects.exists()


def test_the_second_author_of_minutes_sees_both_versions(person: Person, meeting: Meeting) -> None:
    address = f"{MEETINGS}{meeting.pk}/minutes/"
    minutes = minutes_data_of(meeting)
    theirs = MinutesData(minutes="Њихово.", decisions=(("Њихова одлука", ""),))
    services.save_minutes(meeting=meeting, draft=theirs, opened=minutes.revision, actor=person.user, now=timezone.now())
    answer = person.client.post(address, lines((1, "Моја одлука", ""), minutes="Моје.", opened=minutes.revision))
    assert answer.status_code == 422
    assert [row[1:] for row in answer.context["differences"]] == [
        ("Њихово.", "Моје."),
        ("Њихова одлука", "Моја одлука"),
    ]
    meeting.refresh_from_db()
    assert minutes_data_of(meeting) == theirs


def test_list_is_filtered(person: Person, cohort: Cohort) -> None:
    now = timezone.now()
    for title, days, off in (("Прошли", -9, None), ("Будући", 9, None), ("Отказани", 9, now)):
        make_meeting(cohort, title_sr=title, starts_at=now + timedelta(days=days), cancelled_at=off)
    for query, title in (("ahead", "Будући"), ("over", "Прошли"), ("off", "Отказани")):
        html = page(person, f"{LIST}?when={query}")
        assert [each for each in ("Прошли", "Будући", "Отказани") if each in html] == [title]


def test_pages_need_few_queries(
    person: Person, meeting: Meeting, cohort: Cohort, django_assert_max_num_queries: Any
) -> None:
    for each in range(4):
        member = make_member(cohort)
        Attendance.objects.create(meeting=meeting, member=member, attended=True)
        Decision.objects.create(meeting=meeting, order=each, text_sr="Одлука")
        make_meeting(cohort)
    own = f"{MEETINGS}{meeting.pk}/"
    for path in (LIST, own, f"{own}attendance/", f"{own}minutes/", f"{own}sheet/", f"{own}files/add/"):
        person.client.get(path)
        with django_assert_max_num_queries(18):
            assert person.client.get(path).status_code == 200


def test_an_erased_member_is_in_no_list_made_afterwards(
    person: Person, meeting: Meeting, members: list[Member]
) -> None:
    Attendance.objects.create(meeting=meeting, member=members[0], attended=True)
    before = selectors.meeting_statistics(timezone.now())
    erase_member(members[0], person.user, timezone.now())
    form = person.client.get(f"{MEETINGS}{meeting.pk}/attendance/")
    assert [line[0] for line in form.context["lines"]] == members[1:]
    sheet = person.client.get(f"{MEETINGS}{meeting.pk}/sheet/")
    assert [member.pk for member in sheet.context["members"]] == [member.pk for member in members[1:]]
    assert all(member.pseudonym in sheet.content.decode() for member in members[1:])
    # The rest is recorded; the erased member still counts.
    rest = {f"m{member.pk}": "unknown" for member in members[1:]} | {"opened": form.context["opened"]}
    assert person.client.post(f"{MEETINGS}{meeting.pk}/attendance/", {**rest, "act": "rest-missed"}).status_code == 302
    assert selectors.attendance_of(meeting) == {members[0].pk: True, members[1].pk: False, members[2].pk: False}
    assert selectors.meeting_statistics(timezone.now()).attended == before.attended == 1
