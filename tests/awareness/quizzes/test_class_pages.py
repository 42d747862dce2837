"""Live quizzes over HTTP without JavaScript: open, join, answer, control, guessed codes and returning visitors."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.models import Quiz
from tests.awareness.quizzes.conftest import open_class, step, text
from tests.clients.quiz_answers import RIGHT, filled
from tests.factories import quizzes as quiz_factory
from tests.rate_limits import set_limit

pytestmark = pytest.mark.django_db
# The right answer to each question of `quiz_factory.QUIZ`, as form data.
POSTS: list[dict[str, Any]] = [
    dict(fields.lists()) for question in quiz_factory.EACH_KIND for fields in filled(question, RIGHT[question.kind])
]
SCORED = sum(kind_of(question).is_scored for question in quiz_factory.EACH_KIND)


def join_class(browser: Client, session: ClassSession, language: str = "sr") -> str:
    answer = browser.post(f"/{language}/class/{session.code}/")
    assert answer.status_code == 303
    return str(answer["Location"])


def test_a_teacher_opens_a_class_and_gets_two_addresses(quiz: Quiz, browser: Client) -> None:
    assert "proba" in text(browser, "/sr/class/open/proba/")
    answer = browser.post("/sr/class/open/proba/", {"pace": "teacher"})
    session = ClassSession.objects.get()
    assert answer.status_code == 303
    control = answer["Location"]
    assert re.fullmatch(rf"/sr/class/{session.code}/control/[\w-]{{22}}/", control)
    page = text(browser, control)
    assert f"/sr/class/{session.code}/board/" in page
    assert f"{session.code[:4]} {session.code[4:]}" in page
    board = text(browser, f"/sr/class/{session.code}/board/")
    assert control not in board
    assert "<form" not in board
    # Without scripts the board refreshes itself.
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in board.partition("<body")[0]
    # The address to type is the short one. The QR code holds the other.
    for html in (page, board):
        joining = html.partition('class="join-code"')[2].partition("</div>\n</div>")[0]
        assert '<b translate="no">http://testserver/cas</b>' in joining
        assert f"/class/{session.code}/<" not in joining


def test_the_pace_is_required(quiz: Quiz, browser: Client) -> None:
    for pace in ("", "fast"):
        assert browser.post("/sr/class/open/proba/", {"pace": pace}).status_code == 422
    assert not ClassSession.objects.exists()


def test_only_published_quizzes_can_be_opened(quiz: Quiz, browser: Client) -> None:
    Quiz.objects.update(published_at=None)
    assert browser.get("/sr/class/open/proba/").status_code == 404
    assert browser.post("/sr/class/open/proba/", {"pace": "self"}).status_code == 404
    assert browser.get("/sr/class/open/nema/").status_code == 404


def test_a_code_is_found_in_any_spacing(quiz: Quiz, browser: Client) -> None:
    session, _control = open_class(quiz)
    ClassSession.objects.filter(pk=session.pk).update(code="12345678")
    for typed in ("12345678", " 1234 5678 ", "12-34-56-78"):
        answer = browser.get("/en/class/", {"code": typed})
        assert (answer.status_code, answer["Location"]) == (302, "/en/class/12345678/")


@pytest.mark.parametrize("typed", ["петнаест", "99999999", "1" * 500, "１２３４５６７８"])
def test_a_wrong_code_is_an_error_and_stays_in_the_field(typed: str, quiz: Quiz, browser: Client) -> None:
    answer = browser.get("/sr/class/", {"code": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'aria-invalid="true"' in page
    assert f'value="{typed[:40]}"' in page


def answer_like(first: ClassAnswer, others: list[ClassPupil]) -> None:
    """Store the answer of a pupil for other pupils."""
    ClassAnswer.objects.bulk_create(
        ClassAnswer(
            pupil=pupil, session=first.session, position=first.position, answer=first.answer, credit=first.credit
        )
        for pupil in others
    )


def test_a_class_from_the_code_to_the_end(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    others = [ClassPupil.objects.create(session=session, key=f"key{number}") for number in range(4)]
    assert "Питање (ср)" not in text(browser, pupil)
    step(browser, control, "start")
    for position, post in enumerate(POSTS):
        assert browser.post(pupil, {"position": position, **post}).status_code == 303
        assert "Зато (ср)" not in text(browser, pupil)
        answer_like(ClassAnswer.objects.get(position=position), others)
        step(browser, control, "show")
        for address in (f"/sr/class/{session.code}/board/", pupil):
            assert "Зато (ср)" in text(browser, address), quiz_factory.EACH_KIND[position].kind
        step(browser, control, "next")
    session.refresh_from_db()
    assert session.phase == Phase.FINISHED
    page = text(browser, pupil)
    assert f"{SCORED} од {SCORED}" in page
    assert "Браво (ср)" in page
    assert ClassAnswer.objects.count() == 5 * len(POSTS)


def test_a_scenario_is_answered_at_its_end(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz, Pace.SELF)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    position = quiz_factory.EACH_KIND.index(quiz_factory.SCENARIO)
    first = browser.post(f"{pupil}&q={position + 1}", {"position": position, "answer": "0"})
    assert first.status_code == 200
    assert "Тражи слику (ср)" in first.content.decode()
    assert not ClassAnswer.objects.exists()
    assert browser.post(pupil, {"position": position, "way": ["0"], "answer": "3"}).status_code == 303
    assert ClassAnswer.objects.get().answer == [0, 3]
    step(browser, control, "finish")
    session.refresh_from_db()
    assert session.phase == Phase.FINISHED


def test_an_invalid_answer_is_refused_and_not_stored(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    for post in (
        {},
        {"position": "0"},
        {"position": "0", "answer": "9"},
        {"position": "0", "answer": "x" * 5000},
        {"position": "-1", "answer": "0"},
        {"position": "99", "answer": "0"},
        {"position": "٣", "answer": "0"},
    ):
        assert browser.post(pupil, post).status_code == 422, post
    assert not ClassAnswer.objects.exists()


def test_an_answer_to_a_closed_question_is_refused_as_late(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    step(browser, control, "show")
    assert browser.post(pupil, {"position": 0, "answer": "1"}).status_code == 409
    assert not ClassAnswer.objects.exists()


def test_the_key_of_another_class_redirects_to_joining(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    other, _control = open_class(quiz)
    pupil = join_class(browser, other).replace(other.code, session.code)
    step(browser, control, "start")
    assert 'name="position"' not in text(browser, pupil)
    assert browser.post(pupil, {"position": 0, "answer": "0"}).status_code == 303
    assert not ClassAnswer.objects.exists()


def test_a_locked_class_refuses_new_pupils_and_keeps_the_others(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "lock")
    assert browser.post(f"/sr/class/{session.code}/").status_code == 409
    step(browser, control, "start")
    assert browser.post(pupil, {"position": 0, "answer": "0"}).status_code == 303
    step(browser, control, "unlock")
    join_class(browser, session)


def test_erased_by_the_teacher(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    answer = browser.post(control, {"act": "erase"})
    assert answer.status_code == 303
    assert text(browser, answer["Location"])
    assert not ClassSession.objects.exists()
    for address in (pupil, control, f"/sr/class/{session.code}/board/"):
        text(browser, address, 404)


def test_unknown_over_and_erased_classes_look_alike(quiz: Quiz, browser: Client) -> None:
    session, _control = open_class(quiz)
    ClassSession.objects.filter(pk=session.pk).update(
        opened_at=timezone.now() - timedelta(hours=25), erase_at=timezone.now() - timedelta(hours=1)
    )
    over = text(browser, f"/sr/class/{session.code}/", 404)
    unknown = text(browser, "/sr/class/00000000/", 404)
    assert over.replace(session.code, "") == unknown.replace("00000000", "")


def test_the_teacher_pages_need_the_key(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    wrong = f"/sr/class/{session.code}/control/{'A' * 22}/"
    text(browser, wrong, 404)
    assert browser.post(wrong, {"act": "start", "version": "1"}).status_code == 404
    assert browser.post(wrong, {"act": "erase"}).status_code == 404
    session.refresh_from_db()
    assert session.version == 1
    assert browser.post(f"/sr/class/{session.code}/board/", {"act": "start"}).status_code == 405
    foreign = Client(headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.post(control, {"act": "erase"}).status_code == 403
    assert foreign.post(f"/sr/class/{session.code}/").status_code == 403


def test_guessing_codes_is_throttled_and_the_class_continues(
    quiz: Quiz, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limit(monkeypatch, "WRONG_CLASS_CODES", 3)
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    board = browser.get(f"/sr/class/{session.code}/board/")
    for guess in range(3):
        assert browser.get("/sr/class/", {"code": f"{guess:08d}"}).status_code == 422
    assert browser.get("/sr/class/00000009/").status_code == 429
    # A right code is not accepted either.
    for path in (f"?code={session.code}", f"{session.code}/", f"{session.code}/version/", f"{session.code}/board/"):
        assert browser.get(f"/sr/class/{path}").status_code == 429, path
    assert browser.post(f"/sr/class/{session.code}/").status_code == 429
    # Known pupils, the teacher and the board are not limited.
    step(browser, control, "start")
    assert browser.post(pupil, {"position": 0, "answer": "0"}).status_code == 303
    headers = {"If-None-Match": board["ETag"]}
    assert browser.get(f"/sr/class/{session.code}/board/", headers=headers).status_code == 200


def test_polling_costs_a_304_until_the_teacher_takes_a_step(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    address = pupil.replace("/?", "/version/?")
    first = browser.get(address)
    assert first.content == b"1"
    headers = {"If-None-Match": first["ETag"]}
    assert browser.get(address, headers=headers).status_code == 304
    step(browser, control, "start")
    changed = browser.get(address, headers=headers)
    assert (changed.status_code, changed.content) == (200, b"2")


def test_board_and_teacher_page_change_with_each_answer(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    for address in (control, f"/sr/class/{session.code}/board/"):
        headers = {"If-None-Match": browser.get(address)["ETag"]}
        assert browser.get(address, headers=headers).status_code == 304
        ClassPupil.objects.create(session=session, key=f"k{len(address)}")
        assert browser.get(address, headers=headers).status_code == 200
        headers = {"If-None-Match": browser.get(address)["ETag"]}
        browser.post(pupil, {"position": 0, "answer": "1"})
        assert browser.get(address, headers=headers).status_code == (200 if address == control else 304)
