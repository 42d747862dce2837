"""Search in the question bank: both scripts, and use of the index."""

from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import RequestFactory

from awareness.quizzes.models import Question
from clicksafely.common.staff.lists import MAX_SEARCH_WORDS
from tests.clients.staff import signed_in

pytestmark = pytest.mark.django_db
QUESTIONS = "/admin/quizzes/question/"
OURS = "проба"
# Enough rows for the planner to use the index.
MANY = """
    INSERT INTO quizzes_question (
        kind, name, text, text_sr, text_en, frame, explanation, discussion, source_title, source_url,
        level, difficulty, shuffle, category, revision, changed_at
    )
    SELECT 'poll', 'питање ' || n, '', 'Шта је ' || md5(n::text), NULL, '', '', '', '', '', '', 2, true, '', 1, now()
    FROM generate_series(1, 20000) AS n
"""


def found(term: str) -> set[str]:
    admin: Any = site._registry[Question]
    ours = Question.objects.filter(category=OURS)
    rows, duplicates = admin.get_search_results(RequestFactory().get(QUESTIONS), ours, term)
    assert not duplicates
    return {row.name for row in rows}


@pytest.fixture
def bank() -> None:
    for name, texts in {
        "Ђачке лозинке": {"text_sr": "Која је најјача?", "text_en": "Which is the strongest?"},
        "prevare": {"text_sr": "Čija je poruka?", "text_en": ""},
        "sto 100%": {"text_sr": "Да ли је то тачно?", "text_en": None},
    }.items():
        Question.objects.create(kind="poll", category=OURS, name=name, **texts)


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("ђачке", {"Ђачке лозинке"}),
        ("djacke", {"Ђачке лозинке"}),
        ("strongest lozink", {"Ђачке лозинке"}),
        ("cija prevar", {"prevare"}),
        ("cija lozinke", set()),
        # Short words match the beginning of words: "je" occurs three times, "ja" only within words, "to" begins one.
        ("je", {"Ђачке лозинке", "prevare", "sto 100%"}),
        ("ja", set()),
        ("100%", {"sto 100%"}),
        ("100_", set()),
        ("  ", {"Ђачке лозинке", "prevare", "sto 100%"}),
        (" ".join(["poruka"] * MAX_SEARCH_WORDS), {"prevare"}),
    ],
)
def test_every_word_is_found_in_either_script(term: str, names: set[str]) -> None:
    assert found(term) == names


@pytest.mark.slow
@pytest.mark.parametrize("term", ["4e732ced", "питање 19999", "qz"])
def test_a_search_uses_the_index(term: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY)
        cursor.execute("ANALYZE quizzes_question")
        admin: Any = site._registry[Question]
        rows, _duplicates = admin.get_search_results(RequestFactory().get(QUESTIONS), Question.objects.all(), term)
        sql, parameters = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", parameters)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Bitmap Index Scan on question_folded_trigrams" in plan, plan


def test_the_list_is_searched() -> None:
    Question.objects.create(kind="poll", name="Само једно такво питање")
    page = signed_in("urednica", "editor").client.get(QUESTIONS, {"q": "takvo pitanje"}).content.decode()
    assert page.count('class="field-name') == 1
    assert "Само једно такво питање" in page or "Samo jedno takvo pitanje" in page
