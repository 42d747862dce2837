"""Anonymous answers are irrevocably unlinked: an attacker with the whole database guesses no better than chance.

The attacker knows the participants, the order of their answers, and every system column, index, sequence and log. The
attacker tries to assign sheets to members. Each sheet names its author in a way that only the test can read. A control
shows that the same attack identifies all members if rows are not shuffled.
"""

import json
import logging
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import product
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.clients.staff import make_staff
from tests.database import as_role_of
from tests.factories.youthpanel import NOW, TODAY, make_cohort, make_consultation, make_member
from tests.youthpanel.consultations.builders import (
    answer,
    close,
    make_round,
    open_opinion_cards,
    open_questionnaire,
    script,
    show,
    vote,
)
from youthpanel.consultations import opinions, services
from youthpanel.consultations.opinion_groups import MIN_GROUP
from youthpanel.consultations.opinion_results import opinion_results
from youthpanel.consultations.tasks import rewrite_answer_tables
from youthpanel.models import (
    AnswerSheet,
    Consultation,
    Member,
    OpinionParticipation,
    OpinionRound,
    OpinionSheet,
    Participation,
)

SHEETS, PEOPLE = AnswerSheet._meta.db_table, Participation._meta.db_table
VOTES, VOTERS = OpinionSheet._meta.db_table, OpinionParticipation._meta.db_table
NUMBER = 24
Rows = list[dict[str, object]]


def play(consultation: Consultation, question: object, members: list[Member]) -> None:
    """Members answer one after the other, each in a separate transaction, hours apart. Paper sheets follow."""
    for place, member in enumerate(members):
        answer(consultation, member, {question: f"лист {member.pk}"}, now=NOW + timedelta(hours=3 * place))  # type: ignore[dict-item]
    for _sheet in range(len(members) // 6):
        answer(consultation, None, {question: "папир"})  # type: ignore[dict-item]


def read(table: str) -> Rows:
    """Every column of a table, including system columns, in physical order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ctid::text, xmin::text, xmax::text, cmin::text, cmax::text, tableoid, * FROM {table} ORDER BY {table}.ctid"  # noqa: S608 - our own names
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def written_by(sheet: dict[str, object]) -> int | None:
    """The author of each sheet, known only to the test."""
    text = next(iter(json.loads(str(sheet["answers"])).values()))["text"]
    return int(text.split()[1]) if text.startswith("лист") else None


def attacks(of_sheets: str = SHEETS, of_people: str = PEOPLE) -> dict[str, dict[object, object]]:
    """Ways to pair sheets with members. Each yields a guess {id of the sheet: id of the member}."""
    sheets, people, members = read(of_sheets), read(of_people), read(Member._meta.db_table)
    guesses: dict[str, dict[object, object]] = {
        "by the order of rows": dict(
            zip([row["id"] for row in sheets], [row["member_id"] for row in people], strict=False)
        ),
        "by the order of ids": dict(
            zip(
                sorted(str(row["id"]) for row in sheets),
                [row["member_id"] for row in sorted(people, key=lambda row: str(row["id"]))],
                strict=False,
            )
        ),
        "by the order in which they answered": dict(
            zip([row["id"] for row in sheets], sorted(row["member_id"] for row in people), strict=False)  # type: ignore[type-var]
        ),
    }
    for column in ("xmin", "cmin", "xmax", "day", "ctid"):
        if column not in sheets[0]:
            continue
        guesses[f"by {column}"] = _matched(sheets, people, column, column)
    guesses["by the transaction that locked the member"] = _matched(
        sheets, [{**row, "member_id": row["id"]} for row in members], "xmin", "xmax"
    )
    return {name: {str(key): value for key, value in guess.items()} for name, guess in guesses.items()}


def _matched(sheets: Rows, people: Rows, of_sheet: str, of_person: str) -> dict[object, object]:
    """Pairs of rows with equal values in both columns; several equal rows are paired in order."""
    guess: dict[object, object] = {}
    for value in {row[of_sheet] for row in sheets}:
        same = [row["id"] for row in sheets if row[of_sheet] == value]
        whose = [row["member_id"] for row in people if row[of_person] == value]
        guess |= dict(zip(same, whose, strict=False))
    return guess


def hits() -> dict[str, int]:
    """How many sheets each attack assigns correctly."""
    truth = {str(row["id"]): written_by(row) for row in read(SHEETS)}
    return {
        name: sum(truth[str(sheet)] == member for sheet, member in guess.items()) for name, guess in attacks().items()
    }


def scene() -> tuple[Consultation, object, list[Member]]:
    """Many eligible members, and table files without gaps from other tests."""
    rewrite_answer_tables()
    consultation, [question] = open_questionnaire("open", cohorts=[make_cohort()])
    consultation.phases.update(ends_at=NOW + timedelta(days=30))
    cohort = consultation.cohorts.get()
    members = [make_member(cohort) for _number in range(NUMBER)]
    return consultation, question, members


# By chance about one pair of a set is correct. Nine or more of 24 occur once in a million times.
TOO_MANY = 9


@pytest.mark.django_db(transaction=True)
def test_nothing_leads_from_a_sheet_to_a_member() -> None:
    consultation, question, members = scene()
    play(consultation, question, members[:4])
    before = {(row["id"], row["ctid"]) for row in read(SHEETS)}
    play(consultation, question, members[4:5])
    # Every row was rewritten, so none keeps its position.
    assert not before & {(row["id"], row["ctid"]) for row in read(SHEETS)}
    play(consultation, question, members[5:])
    found = hits()
    assert max(found.values()) < TOO_MANY, found
    sheets, people = read(SHEETS), read(PEOPLE)
    for column in ("xmin", "cmin", "day"):
        assert len({row[column] for row in sheets}) == 1
        assert len({row[column] for row in people}) == 1
    assert len(sheets) == NUMBER + (NUMBER - 5) // 6
    # Paper sheets cannot be identified either.
    assert not [row for row in sheets if row["offline"] or row["member_id"]]


def unmixed(model: type, *, added: dict[str, object] | None = None, **_options: object) -> None:
    """A naive implementation, which only inserts a row."""
    if added is not None:
        model.objects.create(**added)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_the_attack_finds_all_members_if_rows_are_not_shuffled() -> None:
    consultation, question, members = scene()
    with mock.patch.object(services, "rewrite_shuffled", unmixed):
        play(consultation, question, members)
    found = hits()
    assert found["by xmin"] == NUMBER, found
    assert found["by the transaction that locked the member"] >= NUMBER - 1, found
    assert found["by the order of rows"] == NUMBER, found


@pytest.mark.django_db(transaction=True)
def test_no_other_data_reveals_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    consultation, question, members = scene()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'S' AND (relname LIKE %s OR relname LIKE %s)",
            [f"{SHEETS}%", f"{PEOPLE}%"],
        )
        assert cursor.fetchall() == []
    keys = set(cache.keys("*")) if hasattr(cache, "keys") else set()
    with caplog.at_level(logging.DEBUG):
        tables = counted()
        play(consultation, question, members[:6])
    assert not AuditEvent.objects.exists()
    assert [record.getMessage() for record in caplog.records if "лист" in record.getMessage()] == []
    assert [record for record in caplog.records if record.name != "django.db.backends"] == []
    assert {table for table, number in counted().items() if number != tables[table]} == {SHEETS, PEOPLE}
    assert (set(cache.keys("*")) if hasattr(cache, "keys") else set()) == keys


def counted() -> dict[str, int]:
    """The number of rows of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        numbers = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')  # noqa: S608 - of the catalogue
            numbers[name] = int(cursor.fetchone()[0])
        return numbers


@pytest.mark.django_db(transaction=True)
def test_the_sweep_rewrites_the_files_of_tables_and_is_not_blocked_by_a_backup() -> None:
    def state() -> tuple[str, str, str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_relation_filepath(%s), pg_relation_filepath(%s), current_setting('lock_timeout')",
                [SHEETS, PEOPLE],
            )
            return tuple(cursor.fetchone())

    before = state()
    backup = connection.copy()
    try:
        with backup.cursor() as reading:
            reading.execute("BEGIN")
            reading.execute(f"LOCK TABLE {SHEETS}, {PEOPLE} IN ACCESS SHARE MODE")
        rewrite_answer_tables()
    finally:
        backup.close()
    assert state() == before
    assert before[2] == "0"
    rewrite_answer_tables()
    assert not set(before[:2]) & set(state())


@pytest.mark.django_db
def test_anonymous_answers_stay_unlinked() -> None:
    consultation, [question] = open_questionnaire("open")
    member = make_member(consultation.cohorts.get())
    answer(consultation, member, {question: "нешто"})
    refused: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: Consultation.objects.update(anonymous=False), "answers were given"),
        (lambda: AnswerSheet.objects.update(member=member), "is anonymous"),
        (lambda: AnswerSheet.objects.update(offline=True), "is anonymous"),
        (
            lambda: AnswerSheet.objects.create(consultation=consultation, member=member, day=TODAY, answers={}),
            "is anonymous",
        ),
    )
    for act, words in refused:
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            act()
    assert AnswerSheet.objects.filter(member=None, offline=False).count() == 1
    named, _questions = open_questionnaire("open", anonymous=False)
    AnswerSheet.objects.create(consultation=named, member=member, day=TODAY, answers={})
    with pytest.raises(DatabaseError, match="answers were given"), transaction.atomic():
        Consultation.objects.filter(pk=named.pk).update(anonymous=True)


@pytest.mark.django_db
def test_other_consultations_are_not_touched_and_answers_stay_whole() -> None:
    consultation, [question] = open_questionnaire("open")
    other, [another] = open_questionnaire("scale")
    cohort, stranger = consultation.cohorts.get(), make_member(other.cohorts.get())
    answer(other, stranger, {another: 3})
    untouched = read(SHEETS)
    texts = {f"речи {number} „' %s \\ {{}}" for number in range(4)}
    # Long enough for TOAST, which stores it in numbered chunks.
    texts.add("".join(random.choices("абвгдђежзијклљмнњопрстћуфхцчџш", k=1990)))
    for text in random.sample(sorted(texts), len(texts)):
        answer(consultation, make_member(cohort), {question: text})
    assert [row for row in read(SHEETS) if row["consultation_id"] == other.pk] == untouched
    assert {sheet.answers[str(question.pk)]["text"] for sheet in consultation.sheets.all()} == texts
    assert consultation.participations.count() == 5
    assert make_consultation().sheets.count() == 0


# Opinion cards: the same attackers, and those who know the published figures.


def marked(number: int) -> list[int]:
    """Votes on eight statements that only the test can read as the number of a member."""
    return [number // 3**place % 3 - 1 for place in range(8)]


def vote_in_turn(consultation: Consultation, members: list[Member]) -> dict[int, int]:
    """Members vote one after the other, hours apart. Returns the id of the member by its mark."""
    for number, each in enumerate(members):
        vote(consultation, each, marked(number), now=NOW + timedelta(minutes=30 * number))
    return {number: each.pk for number, each in enumerate(members)}


def vote_hits(marks: dict[int, int]) -> dict[str, int]:
    """How many sheets of votes each attack assigns correctly."""
    truth = {}
    for sheet in read(VOTES):
        votes = [
            value for _key, value in sorted(json.loads(str(sheet["votes"])).items(), key=lambda item: int(item[0]))
        ]
        truth[str(sheet["id"])] = marks[sum((value + 1) * 3**place for place, value in enumerate(votes))]
    guesses = attacks(VOTES, VOTERS)
    return {name: sum(truth[str(sheet)] == who for sheet, who in guess.items()) for name, guess in guesses.items()}


@pytest.mark.django_db(transaction=True)
def test_nothing_leads_from_a_sheet_of_votes_to_a_member() -> None:
    rewrite_answer_tables()
    consultation, _opinion_round = open_opinion_cards()
    members = [make_member(consultation.cohorts.get()) for _number in range(NUMBER)]
    found = vote_hits(vote_in_turn(consultation, members))
    assert max(found.values()) < TOO_MANY, found
    sheets, people = read(VOTES), read(VOTERS)
    assert (len(sheets), len(people)) == (NUMBER, NUMBER)
    for column in ("xmin", "cmin"):
        assert len({row[column] for row in sheets}) == 1
        assert len({row[column] for row in people}) == 1
    assert set(sheets[0]) - {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"} == {"id", "round_id", "votes"}
    assert set(people[0]) - {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"} == {"id", "round_id", "member_id"}


@pytest.mark.django_db(transaction=True)
def test_every_vote_moves_all_rows_and_no_other_data_reveals_it() -> None:
    consultation, _opinion_round = open_opinion_cards()
    other = make_consultation(consultation.cohorts.get(), features=("opinions",))  # type: ignore[arg-type]
    others = make_round(other)
    members = [make_member(consultation.cohorts.get()) for _number in range(5)]
    vote_in_turn(consultation, members[:4])
    vote(other, members[0], marked(1))
    before, people, tables = read(VOTES), read(VOTERS), counted()
    vote(consultation, members[4], marked(4))
    after = read(VOTES)
    for earlier, later in ((before, after), (people, read(VOTERS))):
        mine = {row["id"] for row in earlier if row["round_id"] != others.pk}
        assert not mine & {row["id"] for row in later}
    # Those of another consultation stay untouched.
    assert [row for row in after if row["round_id"] == others.pk] == [
        row for row in before if row["round_id"] == others.pk
    ]
    assert {table for table, number in counted().items() if number != tables[table]} == {VOTES, VOTERS}
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_the_public_site_neither_reads_nor_writes_a_sheet_of_votes() -> None:
    consultation, opinion_round = open_opinion_cards()
    vote(consultation, make_member(consultation.cohorts.get()), marked(3))
    for attack in (
        f"SELECT votes FROM {VOTES}",  # noqa: S608 - our own names
        f"DELETE FROM {VOTES}",  # noqa: S608
        f"DELETE FROM {VOTERS}",  # noqa: S608
        f"INSERT INTO {VOTERS} (id, round_id, member_id) SELECT gen_random_uuid(), {opinion_round.pk}, 1",
        "UPDATE youthpanel_opinionround SET figures = '{}'",
    ):
        with (
            as_role_of("public"),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(attack)
    with as_role_of("staff"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        OpinionSheet.objects.update(votes={})


def published(number: int, seed: int) -> tuple[OpinionRound, list[tuple[int, ...]]]:
    """The figures of a closed consultation, and the sheets behind them, which the attacker does not have."""
    consultation, opinion_round = open_opinion_cards()
    actor: User = make_staff(f"a{seed}", "coordinator")
    sheets = script(number, seed)
    cohort = consultation.cohorts.get()
    for votes in sheets:
        vote(consultation, make_member(cohort), votes)
    close(consultation, actor)
    show(consultation, actor)
    opinion_round.refresh_from_db()
    return opinion_round, sheets


def possible(counts: Sequence[int]) -> list[tuple[int, ...]]:
    """Every table of votes that has these published counts: the attacker runs the published method on each."""
    found = []
    for table in product(range(sum(counts) + 1), repeat=3):
        votes = [vote for vote, count in zip((1, 0, -1), table, strict=True) for _each in range(count)]
        if len(votes) == sum(counts) and list(opinions.published_counts(votes)) == list(counts):
            found.append(table)
    return found


@pytest.mark.django_db
def test_no_difference_of_published_figures_proves_a_vote_of_a_group_its_complement_or_all() -> None:
    """The attacker subtracts groups from totals, and knows that votes are whole numbers and the method."""
    opinion_round, sheets = published(25, 25)
    assert opinion_round.figures is not None
    groups = opinion_round.figures["groups"]
    sizes = [group["size"] for group in groups]
    assert (len(sizes), sum(sizes)) == (2, len(sheets))
    assert min(sizes) >= MIN_GROUP
    for statement in opinion_round.statements.all():
        candidates = [possible(group["counts"][str(statement.pk)]) for group in groups]
        for option in range(3):
            # Everything published, totals too, follows from the counts of the groups, which are independent.
            for tables, size in zip(candidates, sizes, strict=True):
                assert any(0 < table[option] < size for table in tables)
            # A group with a vote that all or none gave: the attacker cannot tell.
            totals = [sum(tables) for tables in product(*[[each[option] for each in some] for some in candidates])]
            assert max(totals) > 0
            assert min(totals) < len(sheets)


@pytest.mark.django_db
def test_two_snapshots_of_the_results_are_the_same_and_none_exists_before() -> None:
    """Also around an undone closing: the first figures were shown to no person."""
    consultation, _opinion_round = open_opinion_cards()
    actor, cohort = make_staff("prva", "coordinator"), consultation.cohorts.get()
    for votes in script(20):
        vote(consultation, make_member(cohort), votes)
    assert opinion_results(consultation) == []
    close(consultation, actor)
    assert opinion_results(Consultation.objects.get()) == []
    show(consultation, actor)
    first = opinion_results(Consultation.objects.get())
    assert first == opinion_results(Consultation.objects.get()) != []
    with pytest.raises(DatabaseError), transaction.atomic():
        OpinionRound.objects.update(figures=None)


@pytest.mark.django_db
def test_no_cross_table_joins_votes_with_answers_cohorts_or_another_round() -> None:
    """A sheet and the figures name statements of one round, and nothing else that exists in the database."""
    opinion_round, _sheets = published(20, 4)
    statements = {str(pk) for pk in opinion_round.statements.values_list("pk", flat=True)}
    assert opinion_round.figures is not None
    for group in opinion_round.figures["groups"]:
        assert (set(group), set(group["counts"])) == ({"size", "counts"}, statements)
    assert {field.name for field in OpinionSheet._meta.get_fields()} == {"id", "round", "votes"}
    assert {field.name for field in AnswerSheet._meta.get_fields()} & {"statement", "round", "votes"} == set()
