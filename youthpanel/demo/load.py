"""Loads the panel of a demonstration as it would have come about over two years."""

import json
import random
import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction

from clicksafely.common import sealing
from youthpanel.ages import OWN_CONSENT, age_on
from youthpanel.demo import panel
from youthpanel.demo.consultations import open_now, play_consultation
from youthpanel.demo.proposals import ADDRESSEES, DRAFTS, Draft
from youthpanel.models import (
    Attendance,
    Chapter,
    Cohort,
    Consent,
    Consultation,
    Decision,
    Edition,
    Giver,
    Idea,
    Meeting,
    Member,
    MemberRole,
    PaperRecommendation,
    Recommendation,
    School,
    Scope,
    WhitePaper,
)
from youthpanel.white_papers.content import Both
from youthpanel.white_papers.publishing import begin_edition, make_edition
from youthpanel.white_papers.services import keep_paper, keep_recommendation, record_handover, record_response

ACTOR, SECOND = "coordinator", "safeguarding"
STEPS = 6
# Days before now.
FIRST, SECOND_COHORT, ISSUED, HANDED = 760, 400, 110, 95


def load(now: datetime) -> Iterator[tuple[int, int]]:
    """None where there are cohorts. Needs the demonstration accounts of the coordinator and the safeguarding lead."""
    if Cohort.objects.exists():
        return
    # Not secret: the same panel each time.
    chance = random.Random(2015)  # noqa: S311
    adults = [User.objects.get(username=name) for name in (ACTOR, SECOND)]
    with transaction.atomic():
        first = _cohort("first-generation", "Прва генерација", "First generation", now - timedelta(days=FIRST), 70)
        second = _cohort(
            "second-generation", "Друга генерација", "Second generation", now - timedelta(days=SECOND_COHORT), 80
        )
        members = _people(first, panel.FIRST_TOWNS, chance, 0) + _people(second, panel.SECOND_TOWNS, chance, 70)
        yield 1, STEPS
        _meetings([first, second], adults, now, chance)
        yield 2, STEPS
        consultations = _consultations([first, second], members, adults, now, chance)
        yield 3, STEPS
        recommendations = _recommendations(consultations, adults[0], now)
        edition = _edition(recommendations, adults[0], now - timedelta(days=ISSUED))
        yield 4, STEPS
        handed = now - timedelta(days=HANDED)
        record_handover(
            edition=edition,
            whom=panel.WHOM,
            on=handed.date(),
            document="Потврда о пријему",
            actor=adults[0],
            now=handed,
        )
        yield 5, STEPS
        _answers(recommendations, adults[0], handed)
        open_now([first, second], members, adults, now, chance)
    yield STEPS, STEPS


def _cohort(slug: str, sr: str, en: str, begins: datetime, target: int) -> Cohort:
    names = {"name_sr": sr, "name_en": en}
    return Cohort.objects.create(slug=slug, begins_on=begins.date(), target=target, **names)


def _people(cohort: Cohort, towns: tuple[str, ...], chance: random.Random, start: int) -> list[Member]:
    schools = [School.objects.create(name=name, kind=kind, town=town) for town in towns for kind, name in panel.SCHOOLS]
    joined = cohort.begins_on
    made = []
    for number in range(start, start + cohort.target):
        row = uuid4()
        school = schools[number % len(schools)]
        youngest, oldest = (11, 14) if school.kind == "primary" else (15, 17)
        first, second = divmod(number, len(panel.SECOND_WORDS))
        name = f"{chance.choice(panel.FIRST_NAMES)} {chance.choice(panel.SURNAMES)}"
        plain = json.dumps({"name": name, "email": "", "phone": "", "guardian": ""}, ensure_ascii=False).encode()
        made.append(
            Member(
                uuid=row,
                cohort=cohort,
                school=school,
                pseudonym=f"{panel.FIRST_WORDS[first]} {panel.SECOND_WORDS[second]}",
                birth_year=joined.year - chance.randint(youngest, oldest) - 1,
                birth_month=chance.randint(1, 12),
                role=MemberRole.PEER_EDUCATOR if number % 9 == 0 else MemberRole.MEMBER,
                joined_on=joined,
                identity=secrets.token_bytes(32),
                sealed=sealing.seal(plain, ring="panel", table="youthpanel_member", field="sealed", row=row),
            )
        )
    members = Member.objects.bulk_create(made)
    Consent.objects.bulk_create(
        consent for number, member in enumerate(members) for consent in _consents(member, number, joined)
    )
    return members


def _consents(member: Member, number: int, given: date) -> Iterator[Consent]:
    own = age_on(given, year=member.birth_year, month=member.birth_month) >= OWN_CONSENT
    scopes = [
        Scope.MEMBERSHIP,
        Scope.ONLINE,
        *([Scope.QUOTATION] if number % 3 == 0 else []),
        *([Scope.PHOTOGRAPH] if number % 2 else []),
    ]
    for scope in scopes:
        yield Consent(
            member=member,
            scope=scope,
            giver=Giver.MEMBER if own else Giver.GUARDIAN,
            document=f"Фасцикла {member.cohort_id}/{number + 1}",
            given_on=given,
            expires_on=given + timedelta(days=4 * 365),
        )


def _meetings(cohorts: list[Cohort], adults: list[User], now: datetime, chance: random.Random) -> None:
    for number, (called, decisions) in enumerate(zip(panel.MEETINGS, panel.DECISIONS, strict=True)):
        meeting = _meeting(called, now - timedelta(days=FIRST - 30 - number * 75), cohorts, adults)
        Decision.objects.bulk_create(
            Decision(meeting=meeting, order=order, text_sr=text["sr"], text_en=text["en"])
            for order, text in enumerate(decisions)
        )
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, member=member, came=chance.random() < 0.84)
            for member in Member.objects.filter(cohort__in=meeting.cohorts.all())
        )
        Meeting.objects.filter(pk=meeting.pk).update(minutes=panel.MINUTES)
    _meeting(panel.NEXT, now + timedelta(days=16), cohorts, adults)


def _meeting(called: tuple[str, Both], day: datetime, cohorts: list[Cohort], adults: list[User]) -> Meeting:
    town, title = called
    starts_at = day.replace(hour=9, minute=0, second=0, microsecond=0)
    meeting = Meeting.objects.create(
        title_sr=title["sr"],
        title_en=title["en"],
        agenda_sr=panel.AGENDA["sr"],
        agenda_en=panel.AGENDA["en"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        town=town,
        place="Омладински центар",
    )
    meeting.cohorts.set([cohort for cohort in cohorts if cohort.begins_on <= starts_at.date()])
    meeting.facilitators.set(adults)
    return meeting


def _consultations(
    cohorts: list[Cohort], members: list[Member], adults: list[User], now: datetime, chance: random.Random
) -> list[Consultation]:
    made = []
    for number in range(len(panel.CONSULTATIONS)):
        first = number == 0
        begins = now - timedelta(days=FIRST - 90 if first else SECOND_COHORT - 30 - number * 20)
        asked = members[: cohorts[0].target] if first else members
        made.append(play_consultation(number, cohorts[:1] if first else cohorts, asked, adults, begins, chance))
    return made


def _recommendations(consultations: list[Consultation], actor: User, now: datetime) -> list[Recommendation]:
    return [_recommendation(draft, consultations, actor, now - timedelta(days=ISSUED + 20)) for draft in DRAFTS]


def _recommendation(draft: Draft, consultations: list[Consultation], actor: User, moment: datetime) -> Recommendation:
    recommendation = Recommendation(
        slug=draft.slug, education=draft.education, support=draft.support[0], asked=draft.support[1]
    )
    texts = {
        "title": draft.title,
        "text": draft.text,
        "child_text": draft.child,
        "addressee": ADDRESSEES[draft.addressee],
    }
    for field, text in texts.items():
        recommendation.__dict__.update({f"{field}_sr": text["sr"], f"{field}_en": text["en"]})
    keep_recommendation(recommendation=recommendation, actor=actor, now=moment)
    origins = [consultations[place] for place in draft.consultations]
    recommendation.consultations.set(origins)
    recommendation.ideas.set(Idea.objects.filter(consultation__in=origins))
    return recommendation


def _edition(recommendations: list[Recommendation], actor: User, moment: datetime) -> Edition:
    paper = WhitePaper(slug="ask-us")
    texts = {"title": panel.TITLE, "foreword": panel.FOREWORD, "method": panel.METHOD}
    for field, text in texts.items():
        paper.__dict__.update({f"{field}_sr": text["sr"], f"{field}_en": text["en"]})
    keep_paper(paper=paper, opened=None, actor=actor, now=moment)
    for order, (part, title, text) in enumerate(panel.CHAPTERS, 1):
        words = {"title_sr": title["sr"], "title_en": title["en"], "text_sr": text["sr"], "text_en": text["en"]}
        Chapter.objects.create(paper=paper, part=part, order=order, **words)
    PaperRecommendation.objects.bulk_create(
        PaperRecommendation(paper=paper, recommendation=recommendation, order=order)
        for order, recommendation in enumerate(recommendations, 1)
    )
    proof = begin_edition(paper=paper, changes={"sr": "", "en": ""}, actor=actor, now=moment)
    edition = make_edition(proof_id=proof.pk, clock=lambda: moment)
    if edition is None:
        raise RuntimeError("the White Paper of the demonstration was not issued")
    return edition


def _answers(recommendations: list[Recommendation], actor: User, handed: datetime) -> None:
    for draft, recommendation in zip(DRAFTS, recommendations, strict=True):
        for answer in draft.answers:
            moment = handed + timedelta(days=answer.days)
            record_response(
                recommendation=recommendation, kind=answer.kind, on=moment.date(), text=answer.text, source=answer.source,
                actor=actor, now=moment,
            )  # fmt: skip
