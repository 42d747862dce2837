"""Pages of staff in Latin script and in English: pseudonyms, names and cohorts are in Latin letters."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.cases import failed_cases
from tests.clients.staff import Person, signed_in
from tests.factories.youthpanel import (
    give_consent,
    make_cohort,
    make_consultation,
    make_meeting,
    make_member,
    make_school,
)
from youthpanel.models import Idea, SafeguardingNote
from youthpanel.safeguarding.services import NoteData, write_note
from youthpanel.states import PhaseActivity

pytestmark = pytest.mark.django_db
COHORT, PSEUDONYM, NAME, SCHOOL = "Љубичаста генерација", "Храбри њорка", "Ђорђе Љубић", "ОШ „Љуба Ненадовић“"


@pytest.fixture
def pages() -> list[tuple[Person, str]]:
    """Each page of the coordinator and the lead that names a member or a cohort."""
    now = timezone.now()
    coordinator, lead = signed_in("coordinator", "coordinator"), signed_in("lead", "safeguarding")
    cohort = make_cohort(name_sr=COHORT, name_en="", begins_on=timezone.localdate() - timedelta(days=90))
    school = make_school(name=SCHOOL)
    member = make_member(cohort, school=school, pseudonym=PSEUDONYM, contact={"name": NAME, "guardian": NAME})
    for scope in ("membership", "online"):
        give_consent(member, scope, given_on=cohort.begins_on, expires_on=timezone.localdate() + timedelta(days=20))
    ahead = make_meeting(cohort, starts_at=now + timedelta(days=2))
    make_meeting(cohort)
    consultation = make_consultation(cohort, features=(PhaseActivity.COLLECT,))
    consultation.facilitators.set([coordinator.user])
    for state in ("waiting", "shown"):
        Idea.objects.create(consultation=consultation, member=member, text="Идеја", state=state, written_at=now)
    write_note(draft=NoteData(text="Белешка", member=member, urgent=False), actor=coordinator.user, now=now)
    note = SafeguardingNote.objects.get()
    panel = "/admin/youthpanel/"
    return [
        *(
            (coordinator, f"{panel}{path}")
            for path in (
                "member/",
                "member/add/",
                "school/",
                f"school/{school.pk}/change/",
                f"member/{member.pk}/change/",
                "cohort/",
                f"cohort/{cohort.pk}/change/",
                "consultation/",
                f"consultations/{consultation.pk}/",
                f"consultations/{consultation.pk}/talk/",
                "moderation/",
                f"codes/?cohort={cohort.pk}",
                "due/",
                f"meetings/{ahead.pk}/",
                f"meetings/{ahead.pk}/sheet/",
                "meetings/add/",
                f"members/{member.pk}/consents/add/",
                f"members/{member.pk}/leave/",
                f"cohorts/{cohort.pk}/consent-form/sr-latn/",
                "safeguarding/add/",
            )
        ),
        (coordinator, f"{panel}codes/names/"),
        (coordinator, "/admin/find/?q=ljuba"),
        (lead, f"{panel}safeguarding/"),
        (lead, f"{panel}safeguarding/{note.pk}/"),
    ]


@pytest.mark.parametrize("language", ["sr-latn", "en"])
def test_names_are_in_latin_script(pages: list[tuple[Person, str]], language: str) -> None:
    def check(page: tuple[Person, str]) -> None:
        person, path = page
        person.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        send = person.client.post if path.endswith("names/") else person.client.get
        response = send(path, follow=True)
        html = response.content.decode()
        assert response.status_code == 200
        # The values of inputs stay as they were typed.
        shown = re.sub(r'value="[^"]*"', "", html)
        assert not [name for name in (COHORT, PSEUDONYM, NAME, SCHOOL) if name in shown]
        assert any(name in shown for name in ("Hrabri njorka", "Ljubičasta generacija", "Ljuba Nenadović"))

    assert failed_cases(check, pages) == {}
