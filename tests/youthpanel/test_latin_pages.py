"""Pages of staff in Latin script and in English: pseudonyms, names and cohorts are in Latin letters."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.cases import failed_cases
from tests.clients.staff import Person, signed_in
from tests.factories.youthpanel import give_consent, make_cohort, make_consultation, make_meeting, make_member
from youthpanel.models import Idea, SafeguardingNote
from youthpanel.safeguarding.services import NoteData, write_note
from youthpanel.states import PhaseActivity

pytestmark = pytest.mark.django_db
COHORT, PSEUDONYM, NAME = "Љубичаста генерација", "Храбри њорка", "Ђорђе Љубић"

OF_THE_ADMIN = re.compile(r"youthpanel/(member|cohort|consultation)/|add/$|consent-form")


@pytest.fixture
def pages() -> list[tuple[Person, str]]:
    """Each page of the coordinator and the lead that names a member or a cohort."""
    now = timezone.now()
    coordinator, lead = signed_in("coordinator", "coordinator"), signed_in("lead", "safeguarding")
    cohort = make_cohort(name_sr=COHORT, name_en="", begins_on=timezone.localdate() - timedelta(days=90))
    member = make_member(cohort, pseudonym=PSEUDONYM, contact={"name": NAME, "guardian": NAME})
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
        (lead, f"{panel}safeguarding/"),
        (lead, f"{panel}safeguarding/{note.pk}/"),
    ]


@pytest.mark.parametrize("language", ["sr-latn", "en"])
def test_names_are_in_latin_letters(pages: list[tuple[Person, str]], language: str) -> None:
    def check(page: tuple[Person, str]) -> None:
        person, path = page
        person.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        send = person.client.post if path.endswith("names/") else person.client.get
        response = send(path, follow=True)
        html = response.content.decode()
        assert response.status_code == 200
        # The values of inputs stay as they were typed.
        shown = re.sub(r'value="[^"]*"', "", html)
        assert not [name for name in (COHORT, PSEUDONYM, NAME) if name in shown]
        assert "Hrabri njorka" in shown or "Ljubičasta generacija" in shown

    # Lists and forms of the admin show names as they were typed on pages in English.
    checked = pages if language == "sr-latn" else [page for page in pages if not OF_THE_ADMIN.search(page[1])]
    assert failed_cases(check, checked) == {}
