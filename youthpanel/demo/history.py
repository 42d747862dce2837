"""Demonstration history of the youth panel: two cohorts in six towns over two years, built with the services."""

import random
import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.timezone import localdate, localtime

from clicksafely.accounts.models import User
from clicksafely.common.content.schema import read_data
from clicksafely.common.documents import typst
from youthpanel.ages import SELF_CONSENT_AGE, age_on
from youthpanel.consultations import moderation, opinions, quotation_services, workflow
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.services import Answer, save_answer_sheet
from youthpanel.consultations.workflow import ChoiceText
from youthpanel.members.identity import Identity, seal_identity
from youthpanel.models import (
    ActionKind,
    Attendance,
    Chapter,
    Cohort,
    Consent,
    ConsentGiver,
    ConsentScope,
    Consultation,
    Decision,
    Edition,
    Endorsement,
    Idea,
    Meeting,
    Member,
    MemberRole,
    NoteOutcome,
    Question,
    QuestionKind,
    Recommendation,
    Response,
    SafeguardingNote,
    School,
    Theme,
    WhitePaper,
    WhitePaperRecommendation,
)
from youthpanel.safeguarding.services import (
    NoteData,
    close_note,
    finish_action,
    plan_action,
    take_note,
    write_note,
    write_note_as_child,
)
from youthpanel.states import ConsultationState, ContributionState, PhaseActivity
from youthpanel.white_papers.content import BilingualText
from youthpanel.white_papers.letters import add_letter
from youthpanel.white_papers.publishing import make_edition, start_edition
from youthpanel.white_papers.services import record_handover, record_response, save_paper, save_recommendation

ACTOR, SECOND = "coordinator", "safeguarding"
STEPS = 6
# Days before now.
FIRST, SECOND_COHORT, ISSUED, HANDED = 760, 400, 110, 95
ONLINE, ON_PAPER, VOTERS = 14, 8, 40
# Members who take part in a phase of ideas, and how many of them support an idea or wrote it.
PRESENT, SUPPORT = 60, (36, 52)
LASTS = timedelta(days=16)

type Row = dict[str, Any]


@cache
def data(name: str) -> Row:
    """Return the content file of this name."""
    found: Row = read_data(settings.BASE_DIR / "youthpanel" / "demo" / f"{name}.yaml")
    return found


def both(row: Row, name: str) -> BilingualText:
    """Return a text in both languages."""
    return {"sr": row[f"{name}_sr"], "en": row[f"{name}_en"]}


def _html(row: Row, name: str) -> BilingualText:
    """HTML in both languages, without the line breaks of the file."""
    return {"sr": "".join(row[f"{name}_sr"].splitlines()), "en": "".join(row[f"{name}_en"].splitlines())}


def load_demo(now: datetime) -> Iterator[tuple[int, int]]:
    """Load the demonstration unless cohorts exist.

    Needs the demonstration accounts of the coordinator and the safeguarding lead.
    """
    if Cohort.objects.exists():
        return
    now = localtime(now)
    # A fixed seed: every installation gets the same panel.
    chance = random.Random(2015)  # noqa: S311
    adults = [User.objects.get(username=name) for name in (ACTOR, SECOND)]
    with transaction.atomic():
        cohorts, members = list[Cohort](), list[Member]()
        for row, days in zip(data("people")["cohorts"], (FIRST, SECOND_COHORT), strict=True):
            cohorts.append(_cohort(row, now - timedelta(days=days)))
            members += _people(cohorts[-1], row["towns"], chance, len(members))
        yield 1, STEPS
        _meetings(cohorts, adults, now, chance)
        yield 2, STEPS
        consultations = _consultations(cohorts, members, adults, now, chance)
        yield 3, STEPS
        recommendations = _recommendations(consultations, adults[0], now)
        edition = _edition(recommendations, adults[0], now - timedelta(days=ISSUED))
        yield 4, STEPS
        handed, handover = now - timedelta(days=HANDED), data("white_paper")["handover"]
        record_handover(
            edition=edition,
            recipient=both(handover, "recipient"),
            on=handed.date(),
            document=handover["document"],
            answer_by=(handed + timedelta(days=handover["answer_days"])).date(),
            actor=adults[0],
            now=handed,
        )
        yield 5, STEPS
        _answers(recommendations, adults[0], handed)
        _open_now(cohorts, members, adults, now, chance)
        _notes(members, adults[0], adults[1], now, chance)
    yield STEPS, STEPS


def _cohort(row: Row, begins: datetime) -> Cohort:
    names = {"name_sr": row["name_sr"], "name_en": row["name_en"]}
    return Cohort.objects.create(
        slug=row["slug"], begins_on=begins.date(), target=row["members"], is_public=True, **names
    )


def _people(cohort: Cohort, towns: list[str], chance: random.Random, start: int) -> list[Member]:
    people = data("people")
    schools = [School.objects.create(town=town, **school) for town in towns for school in people["schools"]]
    joined = cohort.begins_on
    unsaved_members = []
    for number in range(start, start + cohort.target):
        school = schools[number % len(schools)]
        youngest, oldest = (11, 14) if school.kind == "primary" else (15, 17)
        first, second = divmod(number, len(people["second_words"]))
        name = f"{chance.choice(people['first_names'])} {chance.choice(people['surnames'])}"
        member = Member(
            cohort=cohort,
            school=school,
            pseudonym=f"{people['first_words'][first]} {people['second_words'][second]}",
            birth_year=joined.year - chance.randint(youngest, oldest) - 1,
            birth_month=chance.randint(1, 12),
            role=MemberRole.PEER_EDUCATOR if number % 9 == 0 else MemberRole.MEMBER,
            joined_on=joined,
            identity=secrets.token_bytes(32),
        )
        seal_identity(member, Identity(name=name))
        unsaved_members.append(member)
    members = Member.objects.bulk_create(unsaved_members)
    Consent.objects.bulk_create(
        consent for number, member in enumerate(members) for consent in _consents(member, number, joined)
    )
    return members


def _consents(member: Member, number: int, given_on: date) -> Iterator[Consent]:
    own = age_on(given_on, year=member.birth_year, month=member.birth_month) >= SELF_CONSENT_AGE
    scopes = [
        ConsentScope.MEMBERSHIP,
        ConsentScope.ONLINE,
        *([ConsentScope.QUOTATION] if number % 3 == 0 else []),
        *([ConsentScope.PHOTOGRAPH] if number % 2 else []),
    ]
    for scope in scopes:
        yield Consent(
            member=member,
            scope=scope,
            giver=ConsentGiver.MEMBER if own else ConsentGiver.GUARDIAN,
            document=f"Фасцикла {member.cohort_id}/{number + 1}",
            given_on=given_on,
            expires_on=given_on + timedelta(days=4 * 365),
        )


def _meetings(cohorts: list[Cohort], adults: list[User], now: datetime, chance: random.Random) -> None:
    meetings = data("meetings")
    for number, row in enumerate(meetings["held"]):
        meeting = _meeting(row, now - timedelta(days=FIRST - 30 - number * 75), cohorts, adults)
        Decision.objects.bulk_create(
            Decision(meeting=meeting, order=order, **texts) for order, texts in enumerate(row.get("decisions", ()))
        )
        Attendance.objects.bulk_create(
            Attendance(meeting=meeting, member=member, attended=chance.random() < 0.84)
            for member in Member.objects.filter(cohort__in=meeting.cohorts.all())
        )
        Meeting.objects.filter(pk=meeting.pk).update(minutes=meetings["minutes"])
    _meeting(meetings["next"], now + timedelta(days=16), cohorts, adults)


def _meeting(row: Row, day: datetime, cohorts: list[Cohort], adults: list[User]) -> Meeting:
    meetings = data("meetings")
    starts_at = day.replace(hour=9, minute=0, second=0, microsecond=0)
    meeting = Meeting.objects.create(
        title_sr=row["title_sr"],
        title_en=row["title_en"],
        agenda_sr=meetings["agenda_sr"],
        agenda_en=meetings["agenda_en"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        town=row["town"],
        place=meetings["place"],
    )
    meeting.cohorts.set([cohort for cohort in cohorts if cohort.begins_on <= localdate(starts_at)])
    meeting.facilitators.set(adults)
    return meeting


def _consultations(
    cohorts: list[Cohort], members: list[Member], adults: list[User], now: datetime, chance: random.Random
) -> list[Consultation]:
    consultations = []
    for number, row in enumerate(data("consultations")["reported"]):
        first = number == 0
        begins = now - timedelta(days=FIRST - 90 if first else SECOND_COHORT - 30 - number * 20)
        invited_members = members[: cohorts[0].target] if first else members
        of = cohorts[:1] if first else cohorts
        consultations.append(
            _play_consultation(row, invited_members[number * 3], of, invited_members, adults, begins, chance)
        )
    return consultations


def _recommendations(consultations: list[Consultation], actor: User, now: datetime) -> list[Recommendation]:
    return [
        _recommendation(row, consultations, actor, now - timedelta(days=ISSUED + 20))
        for row in data("white_paper")["recommendations"]
    ]


def _recommendation(row: Row, consultations: list[Consultation], actor: User, moment: datetime) -> Recommendation:
    plain = {name: row.get(name) for name in ("slug", "education", "support", "asked")}
    origins = {consultation.slug: consultation for consultation in consultations}
    first = origins[row["consultations"][0]]
    if "statement" in row:
        plain["statement"] = first.opinion_rounds.get().statements.all()[row["statement"]]
    recommendation = Recommendation(**plain)
    texts = {name: both(row, name) for name in ("title", "text", "child_text")}
    texts["addressee"] = both(data("white_paper")["addressees"][row["addressee"]], "name")
    for field, text in texts.items():
        recommendation.__dict__.update({f"{field}_sr": text["sr"], f"{field}_en": text["en"]})
    save_recommendation(recommendation=recommendation, actor=actor, now=moment)
    recommendation.consultations.set([origins[slug] for slug in row["consultations"]])
    proposed = next(each for each in data("consultations")["reported"] if each["slug"] == first.slug)["ideas"]
    chosen = [proposed[place] for place in row.get("ideas", ())]
    recommendation.ideas.set(Idea.objects.filter(consultation=first, text__in=chosen))
    return recommendation


def _edition(recommendations: list[Recommendation], actor: User, moment: datetime) -> Edition:
    row = data("white_paper")
    paper = WhitePaper(slug=row["slug"])
    texts = {"title": both(row, "title"), "foreword": _html(row, "foreword"), "method": _html(row, "method")}
    for field, text in texts.items():
        paper.__dict__.update({f"{field}_sr": text["sr"], f"{field}_en": text["en"]})
    save_paper(paper=paper, opened=None, actor=actor, now=moment)
    for order, chapter in enumerate(row["chapters"], 1):
        words = {f"text_{code}": text for code, text in _html(chapter, "text").items()}
        Chapter.objects.create(paper=paper, order=order, **(chapter | words))
    WhitePaperRecommendation.objects.bulk_create(
        WhitePaperRecommendation(paper=paper, recommendation=recommendation, order=order)
        for order, recommendation in enumerate(recommendations, 1)
    )
    draft = start_edition(paper=paper, changes={"sr": "", "en": ""}, actor=actor, now=moment)
    edition = make_edition(draft_id=draft.pk, clock=lambda: moment)
    if edition is None:
        raise RuntimeError("the White Paper of the demonstration was not published")
    return edition


def _answers(recommendations: list[Recommendation], actor: User, handed: datetime) -> None:
    for row, recommendation in zip(data("white_paper")["recommendations"], recommendations, strict=True):
        for answer in row.get("answers", ()):
            moment = handed + timedelta(days=answer["days"])
            promised = answer.get("promised_days")
            response = record_response(
                recommendation=recommendation,
                kind=answer["kind"],
                on=moment.date(),
                text=both(answer, "text"),
                source=answer["source"],
                promised_by=(handed + timedelta(days=promised)).date() if promised else None,
                actor=actor,
                now=moment,
            )
            if letter := answer.get("letter"):
                _letter(response, letter, actor, moment)


def _letter(response: Response, row: Row, actor: User, moment: datetime) -> None:
    """A scanned letter of the demonstration, typeset from its description."""
    words = {"title": row["title_sr"], "text": row["description_sr"]}
    pdf = typst.compile_pdf(settings.BASE_DIR / "youthpanel" / "demo" / "letter.typ", words, created_at=moment)
    add_letter(
        response=response,
        upload=SimpleUploadedFile("letter.pdf", pdf),
        title=both(row, "title"),
        description=both(row, "description"),
        actor=actor,
        now=moment,
    )


def _play_consultation(
    row: Row,
    author: Member,
    cohorts: list[Cohort],
    members: list[Member],
    adults: list[User],
    begins: datetime,
    chance: random.Random,
) -> Consultation:
    """One of the nine past consultations, from draft to report, over sixteen days."""
    begins = begins.replace(hour=8, minute=0, second=0, microsecond=0)
    actor = adults[0]
    texts = {"title": both(row, "title"), "summary": both(row, "summary"), "introduction": both(row, "summary")}
    consultation = _build(row["slug"], texts, cohorts, adults, begins)
    _phases(
        consultation,
        begins,
        (
            PhaseActivity.INFORM,
            PhaseActivity.COLLECT,
            PhaseActivity.ANSWER,
            PhaseActivity.OPINIONS if "statements" in row else PhaseActivity.PRIORITISE,
        ),
    )
    questions = _ask(consultation, both(row, "question"))
    workflow.change_state(consultation=consultation, to=ConsultationState.OPEN, actor=actor, now=begins)
    _propose(consultation, row["ideas"], members, actor, begins + timedelta(days=5), chance)
    for quotation in row.get("quotations", ()):
        if not quotation["idea"]:
            continue
        own = _write(consultation, author, quotation["text_sr"], begins + timedelta(days=6))
        moderation.approve_contribution(contribution=own, actor=actor, now=begins + timedelta(days=7))
    answering = begins + timedelta(days=9)
    # Not every member writes a text, and the texts differ.
    words = [*row["answers"], *[""] * (ONLINE + ON_PAPER - len(row["answers"]))]
    for member, text in zip((*chance.sample(members, ONLINE), *[None] * ON_PAPER), words, strict=True):
        save_answer_sheet(
            consultation=consultation, member=member, answers=_sheet_answers(questions, text, chance), offline=member is None, now=answering
        )  # fmt: skip
    if "statements" in row:
        _vote_on_cards(consultation, row["statements"], members, actor, begins + timedelta(days=13), chance)
    closed = begins + LASTS
    workflow.change_state(consultation=consultation, to=ConsultationState.CLOSED, actor=actor, now=closed)
    workflow.show_results(consultation=consultation, actor=actor, now=closed)
    consultation.refresh_from_db()
    for place, names in enumerate(row["themes"]):
        theme = Theme.objects.create(consultation=consultation, **names)
        for idea in consultation.ideas.all()[place::2]:
            quotation_services.set_idea_themes(idea=idea, themes=[theme])
    _quote(consultation, row, questions[-1], actor, closed + timedelta(days=1))
    consultation.outcome_sr, consultation.outcome_en = row["outcome_sr"], row["outcome_en"]  # type: ignore[attr-defined]
    workflow.save_consultation(consultation=consultation, changed=["outcome"], actor=actor, now=closed)
    workflow.change_state(
        consultation=consultation, to=ConsultationState.REPORTED, actor=actor, now=closed + timedelta(days=2)
    )
    return consultation


def _open_now(
    cohorts: list[Cohort], members: list[Member], adults: list[User], now: datetime, chance: random.Random
) -> None:
    """An open consultation: members can propose ideas, and two ideas await moderation."""
    row = data("consultations")["open"]
    begins = (now - timedelta(days=5)).replace(hour=8, minute=0, second=0, microsecond=0)
    texts = {name: both(row, name) for name in ("title", "summary", "introduction")}
    consultation = _build(row["slug"], texts, cohorts, adults, begins)
    _phases(
        consultation,
        begins,
        (PhaseActivity.INFORM, PhaseActivity.COLLECT, PhaseActivity.ANSWER, PhaseActivity.PRIORITISE),
        length=4,
    )
    _ask(consultation, both(data("consultations")["reported"][0], "question"))
    workflow.change_state(consultation=consultation, to=ConsultationState.OPEN, actor=adults[0], now=begins)
    _propose(consultation, row["ideas"], members, adults[0], now - timedelta(hours=20), chance)
    for text in row["unread"]:
        _write(consultation, chance.choice(members), text, now - timedelta(hours=2))


def _build(
    slug: str, texts: dict[str, BilingualText], cohorts: list[Cohort], adults: list[User], now: datetime
) -> Consultation:
    consultation = Consultation(slug=slug)
    for field, text in texts.items():
        consultation.__dict__.update({f"{field}_sr": text["sr"], f"{field}_en": text["en"]})
    workflow.save_consultation(consultation=consultation, changed=["title"], actor=adults[0], now=now)
    consultation.cohorts.set(cohorts)
    consultation.facilitators.set(adults)
    return consultation


def _phases(consultation: Consultation, begins: datetime, features: tuple[PhaseActivity, ...], length: int = 4) -> None:
    step = timedelta(days=length)
    workflow.replace_phases(
        consultation=consultation,
        phases=[
            PhaseDraft(feature, begins + place * step, begins + (place + 1) * step)
            for place, feature in enumerate(features)
        ],
    )


def _ask(consultation: Consultation, open_question: BilingualText) -> list[Question]:
    survey = data("consultations")["survey"]
    survey_questions: tuple[tuple[str, BilingualText, list[Row], bool], ...] = (
        (QuestionKind.SCALE, both(survey, "importance"), [], False),
        (QuestionKind.SINGLE, both(survey, "often"), survey["often_choices"], False),
        (QuestionKind.MULTIPLE, both(survey, "who"), survey["who_choices"], True),
        (QuestionKind.OPEN, open_question, [], False),
    )
    questions = []
    for order, (kind, text, choices, other) in enumerate(survey_questions, 1):
        words = {"text_sr": text["sr"], "text_en": text["en"]}
        question = Question(consultation=consultation, order=order, kind=kind, other=other, **words)
        workflow.save_question(
            question=question, choices=[ChoiceText(choice["text_sr"], choice["text_en"]) for choice in choices]
        )
        questions.append(question)
    return questions


def _sheet_answers(questions: list[Question], text: str, chance: random.Random) -> dict[str, Answer]:
    scale, single, multiple, open_question = questions
    one, many = ([choice.pk for choice in question.choices.all()] for question in (single, multiple))
    answers: dict[str, Answer] = {
        str(scale.pk): {"score": chance.choices(range(1, 6), (1, 2, 4, 6, 7))[0]},
        str(single.pk): {"choices": chance.choices(one, (4, 6, 3, 1))},
        str(multiple.pk): {"choices": chance.sample(many, chance.randint(1, 2))},
    }
    if text:
        answers[str(open_question.pk)] = {"text": text}
    return answers


def _vote_on_cards(
    consultation: Consultation,
    statements: list[Row],
    members: list[Member],
    actor: User,
    at: datetime,
    chance: random.Random,
) -> None:
    """Members of two camps vote on the statements, each with some votes of their own."""
    texts: list[opinions.StatementText] = [{"sr": each["text_sr"], "en": each["text_en"]} for each in statements]
    opinions.save_statements(consultation=consultation, statements=texts, actor=actor, now=at)
    round_ = opinions.current_round(consultation)
    cards = [statement.pk for statement in round_.statements.all()] if round_ else []
    for number, member in enumerate(chance.sample(members, VOTERS)):
        votes = [each["camps"][number % 5 < 2] for each in statements]
        for place in chance.sample(range(len(votes)), chance.randint(0, 2)):
            votes[place] = chance.choice(opinions.VOTES)
        opinions.save_votes(
            consultation=consultation, member=member, votes=dict(zip(cards, votes, strict=True)), now=at
        )


def _propose(
    consultation: Consultation,
    texts: list[str],
    members: list[Member],
    actor: User,
    at: datetime,
    chance: random.Random,
) -> None:
    present = chance.sample(members, PRESENT)
    for text in texts:
        author, *others = chance.sample(present, chance.randint(*SUPPORT))
        idea = _write(consultation, author, text, at)
        moderation.approve_contribution(contribution=idea, actor=actor, now=at + timedelta(hours=3))
        Endorsement.objects.bulk_create(Endorsement(idea=idea, member=other) for other in others)
        Endorsement.objects.bulk_create(
            Endorsement(idea=idea, member=other, priority=True) for other in others[: chance.randint(3, 9)]
        )


def _write(consultation: Consultation, member: Member, text: str, at: datetime) -> Idea:
    return Idea.objects.create(
        consultation=consultation, member=member, text=text, state=ContributionState.WAITING, written_at=at
    )


def _quote(consultation: Consultation, row: Row, open_question: Question, actor: User, now: datetime) -> None:
    for entry in row.get("quotations", ()):
        source: Any = consultation.ideas.get(text=entry["text_sr"]) if entry["idea"] else open_question
        quotation = quotation_services.create_quotation(
            consultation=consultation,
            source=source,
            sr=entry["text_sr"],
            en=entry["text_en"],
            themes=(),
            actor=actor,
            now=now,
        )
        quotation_services.approve_quotation(quotation=quotation, actor=actor, now=now)


def _notes(members: list[Member], author: User, lead: User, now: datetime, chance: random.Random) -> None:
    """Write the notes of `safeguarding.yaml`; the lead works on those that are taken."""
    for row in data("safeguarding")["notes"]:
        member, at = members[row["member"]], now - timedelta(days=row["days"], hours=2)
        if row["source"] == "child":
            form = UUID(int=chance.getrandbits(128), version=4)
            write_note_as_child(member=member, text=row["text"], form=form, now=at)
        else:
            draft = NoteData(text=row["text"], member=member, urgent=row["urgent"])
            write_note(draft=draft, actor=author, now=at)
        if row.get("taken"):
            _work_on_note(SafeguardingNote.objects.latest("id"), row, lead, at)


def _work_on_note(note: SafeguardingNote, row: Row, lead: User, at: datetime) -> None:
    take_note(note=note, actor=lead, now=at)
    for planned in row.get("actions", ()):
        due = at + timedelta(days=planned["due_days"])
        plan_action(
            note=note, kind=ActionKind(planned["kind"]), text=planned["text"], due_on=due.date(), actor=lead, now=at
        )
        if "result" in planned:
            finish_action(action=note.actions.latest("id"), result=planned["result"], actor=lead, now=due)
    if "outcome" in row:
        close_note(
            note=note,
            outcome=NoteOutcome(row["outcome"]),
            words=row["words"],
            actor=lead,
            now=at + timedelta(days=30),
        )
