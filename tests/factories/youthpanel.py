"""Records of the panel: `make_member(cohort)`, `make_consultation(cohort)`, `make_recommendation()`."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from clicksafely.common.crypto import sealing
from youthpanel.models import (
    Cohort,
    Consent,
    Consultation,
    Edition,
    Meeting,
    Member,
    Phase,
    Recommendation,
    School,
    WhitePaper,
)
from youthpanel.states import ConsultationState, PhaseActivity

TODAY = date(2026, 10, 1)
NOW = datetime(2026, 10, 1, 10, tzinfo=UTC)


def make_school(**fields: Any) -> School:
    """A primary school in Niš with a unique name."""
    defaults: dict[str, Any] = {"name": f"ОШ „Свети Сава“ {secrets.token_hex(3)}", "kind": "primary", "town": "nis"}
    return School.objects.create(**{**defaults, **fields})


def make_cohort(**fields: Any) -> Cohort:
    """A public cohort that began a year ago."""
    slug = f"kohorta-{secrets.token_hex(3)}"
    defaults: dict[str, Any] = {
        "slug": slug,
        "name_sr": "Прва генерација",
        "name_en": "First cohort",
        "begins_on": TODAY - timedelta(days=365),
        "target": 70,
        "is_public": True,
    }
    return Cohort.objects.create(**{**defaults, **fields})


def make_member(cohort: Cohort | None = None, *, contact: dict[str, str] | None = None, **fields: Any) -> Member:
    """A member of 13 years with a sealed identity."""
    row = fields.pop("uuid", uuid4())
    plain = json.dumps({"name": "Ана Анић", "email": "", "phone": "", "guardian": "", **(contact or {})}).encode()
    cohort = cohort or make_cohort()
    defaults: dict[str, Any] = {
        "school": fields.get("school") or make_school(),
        "pseudonym": f"Јеж {secrets.token_hex(3)}",
        "birth_year": 2013,
        "birth_month": 5,
        "joined_on": cohort.begins_on,
        "identity": secrets.token_bytes(32),
        "sealed": sealing.seal(plain, ring="panel", table="youthpanel_member", field="sealed", row=row),
    }
    return Member.objects.create(uuid=row, cohort=cohort, **{**defaults, **fields})


def give_consent(member: Member, scope: str = "online", **fields: Any) -> Consent:
    """A guardian's consent that is valid for a year."""
    defaults: dict[str, Any] = {
        "giver": "guardian",
        "document": "Фасцикла 1",
        "given_on": TODAY - timedelta(days=30),
        "expires_on": TODAY + timedelta(days=335),
    }
    return Consent.objects.create(member=member, scope=scope, **{**defaults, **fields})


def make_meeting(*cohorts: Cohort, **fields: Any) -> Meeting:
    """A meeting in Niš last week."""
    starts_at = fields.pop("starts_at", NOW - timedelta(days=7))
    defaults: dict[str, Any] = {
        "title_sr": "Састанак панела",
        "title_en": "A meeting of the panel",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "town": "nis",
        "place": "Омладински центар",
    }
    meeting = Meeting.objects.create(**{**defaults, **fields})
    meeting.cohorts.set(cohorts)
    return meeting


def make_consultation(*cohorts: Cohort, features: tuple[PhaseActivity, ...] = (), **fields: Any) -> Consultation:
    """An open consultation. Each of `features` is a phase of one day; the first one is current."""
    defaults: dict[str, Any] = {
        "slug": f"konsultacija-{secrets.token_hex(3)}",
        "title_sr": "Како да школа говори о интернету",
        "title_en": "How schools should talk about the internet",
        "summary_sr": "Шта бисмо променили у настави.",
        "summary_en": "What we would change in lessons.",
        "state": ConsultationState.OPEN,
    }
    consultation = Consultation.objects.create(**{**defaults, **fields})
    consultation.cohorts.set(cohorts)
    for number, feature in enumerate(features):
        start = NOW - timedelta(hours=1) + timedelta(days=number)
        Phase.objects.create(
            consultation=consultation, feature=feature, starts_at=start, ends_at=start + timedelta(days=1)
        )
    return consultation


def make_recommendation(**fields: Any) -> Recommendation:
    """A recommendation about formal education."""
    defaults: dict[str, Any] = {
        "slug": f"preporuka-{secrets.token_hex(3)}",
        "title_sr": "Час о безбедности на интернету у сваком разреду",
        "title_en": "A lesson on internet safety in every grade",
        "text_sr": "Најмање један час у полугодишту.",
        "text_en": "At least one lesson each half-year.",
        "addressee_sr": "Министарство просвете",
        "addressee_en": "Ministry of Education",
        "education": "formal",
    }
    return Recommendation.objects.create(**{**defaults, **fields})


def make_edition(user: Any, **fields: Any) -> Edition:
    """The first edition of a White Paper."""
    paper = WhitePaper.objects.create(slug=f"bela-knjiga-{secrets.token_hex(3)}", title_sr="Бела књига")
    defaults: dict[str, Any] = {"number": 1, "content": {}, "issued_at": NOW, "issued_by": user}
    return Edition.objects.create(paper=paper, **{**defaults, **fields})
