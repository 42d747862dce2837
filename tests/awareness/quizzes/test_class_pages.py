"""Live quizzes over HTTP without JavaScript: open, join, answer, control, guessed codes and returning visitors."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from awareness.quizzes.live import services
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import find_quiz
from tests.factories import quizzes as quiz_factory
from tests.rate_limits import set_limit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published_quiz")]
OWN = {"Sec-Fetch-Site": "same-origin"}
# An answer to each question of `quiz_factory.QUIZ`, as form data.
POSTS: list[dict[str, Any]] = [
    {"answer": "1"},
    {"answer": ["0", "2"]},
    {"answer": "1"},
    {f"put-{place}": place + 1 for place in range(4)},
    {f"put-{place}": place for place in range(3)},
    {"put-0": 0, "put-1": 1, "put-2": 0, "put-3": 2},
    {"answer": ["1", "2"]},
    {"answer": "1"},
    {"answer": "2"},
    {"answer": "lozinka (en)"},
    {"answer": "15"},
    {"answer": "0"},
    {"answer": "0"},
]


@pytest.fixture
def quiz() -> Quiz:
    found = find_quiz(quiz_factory.QUIZ.slug)
    assert found is not None
    return found


@pytest.fixture
def browser() -> Client:
    return Client(headers=OWN)


def open_class(quiz: Quiz, pace: Pace = Pace.TEACHER) -> tuple[ClassSession, str]:
    session, key = services.open_class(quiz=quiz, pace=pace, now=timezone.now())
    return session, f"/sr/class/{session.code}/control/{key}/"


def join_class(browser: Client, session: ClassSession, language: str = "sr") -> str:
    answer = browser.post(f"/{language}/class/{session.code}/")
    assert answer.status_code == 303
    return str(answer["Location"])


def step(browser: Client, control: str, act: str) -> None:
    page = browser.get(control).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert browser.post(control, {"act": act, "version": version[1]}).status_code == 303


def text(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    return str(answer.content.decode())


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
    # The address to type is the short one. The QR code holds the other.
    for html in (page, board):
        joining = html.partition('class="join-code"')[2].partition("</div>\n</div>")[0]
        assert '<b translate="no">http://testserver/cas</b>' in joining
        assert f"/class/{session.code}/<" not in joining


@pytest.mark.parametrize("pace", ["", "fast"])
def test_the_pace_is_required(pace: str, quiz: Quiz, browser: Client) -> None:
    answer = browser.post("/sr/class/open/proba/", {"pace": pace})
    assert answer.status_code == 422
    assert not ClassSession.objects.exists()


def test_only_published_quizzes_can_be_opened(quiz: Quiz, browser: Client) -> None:
    Quiz.objects.update(published_at=None)
    assert browser.get("/sr/class/open/proba/").status_code == 404
    assert browser.post("/sr/class/open/proba/", {"pace": "self"}).status_code == 404
    assert browser.get("/sr/class/open/nema/").status_code == 404


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0:.4} {0:.4}", "12-34-56-78"])
def test_a_code_is_found_in_any_spacing(typed: str, quiz: Quiz, browser: Client) -> None:
    session, _control = open_class(quiz)
    ClassSession.objects.update(code="12341234" if "0:" in typed else "12345678")
    session.refresh_from_db()
    answer = browser.get("/en/class/", {"code": typed.format(session.code)})
    assert answer.status_code == 302
    assert answer["Location"] == f"/en/class/{session.code}/"


@pytest.mark.parametrize("typed", ["1234", "петнаест", "99999999", "1" * 500, "１２３４５６７８"])
def test_a_wrong_code_is_an_error_and_stays_in_the_field(typed: str, quiz: Quiz, browser: Client) -> None:
    answer = browser.get("/sr/class/", {"code": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'aria-invalid="true"' in page
    assert f'value="{typed[:40]}"' in page


def test_a_class_from_the_code_to_the_end(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupils = [join_class(browser, session) for _each in range(5)]
    assert "Пробa" not in text(browser, pupils[0])
    step(browser, control, "start")
    for position, post in enumerate(POSTS):
        for pupil in pupils:
            assert browser.post(pupil, {"position": position, **post}).status_code == 303
        step(browser, control, "show")
        board = text(browser, f"/sr/class/{session.code}/board/")
        assert "Зато (ср)" in board
        assert "Зато (ср)" in text(browser, pupils[0])
        step(browser, control, "next")
    session.refresh_from_db()
    assert session.phase == Phase.FINISHED
    assert "10 од 10" in text(browser, pupils[0]) or "10 of 10" in text(browser, pupils[0].replace("/sr/", "/en/"))
    assert "Браво (ср)" in text(browser, pupils[0])
    assert ClassAnswer.objects.count() == 5 * len(POSTS)


def test_at_own_pace_each_answer_leads_to_feedback_and_the_next_question(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz, Pace.SELF)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    for position, post in enumerate(POSTS):
        answer = browser.post(pupil, {"position": position, **post})
        assert answer.status_code == 303
        page = text(browser, answer["Location"])
        assert "Зато (ср)" in page
    assert "q=1" in text(browser, pupil)
    step(browser, control, "finish")
    assert "Браво (ср)" in text(browser, pupil)


def test_a_scenario_is_answered_at_its_end(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz, Pace.SELF)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    first = browser.post(f"{pupil}&q=8", {"position": 7, "answer": "0"})
    assert first.status_code == 200
    assert "Тражи слику (ср)" in first.content.decode()
    assert not ClassAnswer.objects.exists()
    assert browser.post(pupil, {"position": 7, "way": ["0"], "answer": "3"}).status_code == 303
    assert ClassAnswer.objects.get().answer == [0, 3]


@pytest.mark.parametrize(
    "post",
    [
        {},
        {"position": "0"},
        {"position": "0", "answer": "9"},
        {"position": "0", "answer": "x" * 5000},
        {"position": "-1", "answer": "0"},
        {"position": "99", "answer": "0"},
        {"position": "٣", "answer": "0"},
    ],
)
def test_an_invalid_answer_is_refused_and_not_stored(post: dict[str, str], quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    assert browser.post(pupil, post).status_code == 422
    assert not ClassAnswer.objects.exists()


def test_an_answer_to_a_closed_question_is_refused_as_late(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    step(browser, control, "show")
    assert browser.post(pupil, {"position": 0, "answer": "1"}).status_code == 409
    assert not ClassAnswer.objects.exists()


def test_refresh_double_answer_and_late_join(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    for answer in ("1", "0"):
        assert browser.post(pupil, {"position": 0, "answer": answer}).status_code == 303
    assert ClassAnswer.objects.get().answer == [1]
    assert text(browser, pupil) == text(browser, pupil)
    late = join_class(browser, session)
    assert late != pupil
    assert browser.post(late, {"position": 0, "answer": "0"}).status_code == 303


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
    assert "<form" not in text(browser, f"/sr/class/{session.code}/").partition("<main")[2].partition("</main")[0]
    step(browser, control, "start")
    assert browser.post(pupil, {"position": 0, "answer": "0"}).status_code == 303
    step(browser, control, "unlock")
    join_class(browser, session)


def test_two_presses_of_a_button_are_one(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    for _press in range(2):
        assert browser.post(control, {"act": "start", "version": "1"}).status_code == 303
    session.refresh_from_db()
    assert (session.phase, session.version) == (Phase.ASKING, 2)


@pytest.mark.parametrize(
    "post", [{}, {"act": "start"}, {"act": "dance", "version": "1"}, {"act": "start", "version": "9"}]
)
def test_a_step_that_is_none_changes_nothing(post: dict[str, str], quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    assert browser.post(control, post).status_code == 303
    session.refresh_from_db()
    assert session.version == 1


def test_erased_by_the_teacher(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    answer = browser.post(control, {"act": "erase"})
    assert answer.status_code == 303
    assert text(browser, answer["Location"])
    assert not ClassSession.objects.exists()
    for address in (pupil, control, f"/sr/class/{session.code}/board/"):
        assert "class" in text(browser, address, 404)


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
    for address in (
        "/sr/class/?code=" + session.code,
        f"/sr/class/{session.code}/",
        f"/sr/class/{session.code}/version/",
    ):
        assert browser.get(address).status_code == 429
    assert browser.get(f"/sr/class/{session.code}/board/").status_code == 429
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


@pytest.mark.parametrize("language", ["sr", "sr-latn", "en"])
def test_each_reads_the_class_in_their_own_language(language: str, quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session, language)
    step(browser, control, "start")
    words = {"sr": "Питање (ср)", "sr-latn": "Pitanje (sr)", "en": "Питање (en)"}[language]
    assert words in text(browser, pupil)
    assert words in text(browser, f"/{language}/class/{session.code}/board/")


@pytest.mark.parametrize("number", [1, 6])
def test_a_step_of_a_pupil_costs_as_many_queries_in_a_full_class(
    number: int, quiz: Quiz, browser: Client, django_assert_num_queries: Any
) -> None:
    session, control = open_class(quiz)
    pupils = [join_class(browser, session) for _each in range(number)]
    step(browser, control, "start")
    text(browser, pupils[0])
    with django_assert_num_queries(2):
        browser.get(pupils[0].replace("/?", "/version/?"))
    with django_assert_num_queries(3):
        browser.post(pupils[0], {"position": 0, "answer": "1"})
    with django_assert_num_queries(3):
        browser.get(f"/sr/class/{session.code}/board/")


@pytest.mark.parametrize("act", [None, "start", "finish"])
def test_without_scripts_the_board_refreshes_itself(act: str | None, quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    if act:
        step(browser, control, act)
    refresh = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
    assert refresh in text(browser, f"/sr/class/{session.code}/board/").partition("<body")[0]


def test_letters_are_shown_in_class_and_not_to_a_single_player(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    pupil = join_class(browser, session)
    step(browser, control, "start")
    letters = re.findall(r'class="question-letter">(\w)<', text(browser, pupil))
    assert letters == re.findall(
        r'class="bar-letter" aria-hidden="true">(\w)<', text(browser, f"/sr/class/{session.code}/board/")
    )
    assert letters == ["А", "Б", "В"]
    alone = browser.post("/sr/quizzes/proba/").content.decode()
    assert 'name="answer"' in alone
    assert "question-letter" not in alone


def test_only_the_board_may_fill_the_screen(quiz: Quiz, browser: Client) -> None:
    session, control = open_class(quiz)
    policies = {
        address: browser.get(address)["Permissions-Policy"]
        for address in (control, f"/sr/class/{session.code}/", f"/sr/class/{session.code}/board/")
    }
    allowed = policies.popitem()[1]
    assert allowed.replace("(self)", "()") == policies[control]
    assert [item for item in allowed.split(", ") if not item.endswith("=()")] == ["fullscreen=(self)"]
    assert all("fullscreen=()" in policy for policy in policies.values())
