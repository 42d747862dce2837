"""The end of a class in real browsers: the board, 28 pupils, and a printed finale."""

import re
from collections.abc import Callable

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from awareness.quizzes.kinds.base import Answer
from awareness.quizzes.kinds.registry import QUESTION_KINDS, kind_of, score_answer
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.live import services
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import find_quiz
from tests.clients.quiz_answers import best, filled
from tests.e2e.page_checks import faults
from tests.e2e.test_class import join_class, open_class
from tests.live_portal import Site

SLUG = "phishing-no-hook"
PUPILS = 28
NAME = "Петар Петровић"
FORM = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
SCREENS = ((1280, 720), (1024, 768))
# Pixels that the page is higher and wider than the window.
OVER = "[document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"


def wrong(question: Question) -> Answer:
    """Return an answer without full credit (any answer to a poll)."""
    places = tuple(range(len(question.choices)))
    if kind_of(question).is_written:
        return NAME if question.kind == "short" else "98765"
    if question.kind == "ordering":
        return places[::-1]
    if kind_of(question).control == "pairs":
        return tuple((group + 1) % len(question.groups) for group in best(question))  # type: ignore[operator]
    if question.kind == "scenario":
        return best(question)
    return (min(places, key=lambda place: question.choices[place].weight),)


def answered_class(slug: str) -> ClassSession:
    """Create a class of six pupils who answered each question."""
    quiz = find_quiz(slug)
    assert quiz
    session = services.open_class(quiz=quiz, pace=Pace.TEACHER, now=timezone.now()).session
    pupils = [ClassPupil.objects.create(session=session, key=f"pupil{number}") for number in range(6)]
    for position, question in enumerate(quiz_snapshot(session).questions):
        answer = best(question)
        credit = score_answer(question, answer).credit
        for pupil in pupils:
            ClassAnswer.objects.create(pupil=pupil, session=session, position=position, answer=answer, credit=credit)
    return session


def longest_questions(sessions: dict[str, ClassSession]) -> set[tuple[str, int]]:
    """Return slug and position of the longest question of each kind, and of the one with the longest results."""
    found: dict[str, tuple[int, str, int]] = {}
    for slug, session in sessions.items():
        for position, question in enumerate(quiz_snapshot(session).questions):
            texts = [question.text, question.explanation, *(choice.text for choice in question.choices)]
            length = sum(len(each.sr) for each in texts)
            for key in (question.kind, "all"):
                found[key] = max(found.get(key, (0, "", 0)), (length, slug, position))
    assert set(found) >= {code for code, kind in QUESTION_KINDS.items() if kind.is_scored}
    return {(slug, position) for _length, slug, position in found.values()}


@pytest.mark.parametrize("javascript", [True, False])
def test_the_board_fits_on_a_projector(javascript: bool, site: Site, visit: Callable[..., Page]) -> None:
    boards = [visit(width=width, height=height, javascript=javascript) for width, height in SCREENS]
    with site.orm():
        slugs = Quiz.objects.visible(timezone.now()).values_list("slug", flat=True)
        sessions = {slug: answered_class(slug) for slug in slugs}
        states = [(slug, phase, place) for slug, place in longest_questions(sessions) for phase in ("asking", "shown")]
        states += [(SLUG, Phase.LOBBY, 0), *((SLUG, Phase.FINISHED, page) for page in range(4))]
        for slug, phase, position in states:
            ClassSession.objects.filter(pk=sessions[slug].pk).update(phase=phase, position=position)
            for board in boards:
                board.goto(f"/sr/class/{sessions[slug].code}/board/")
                over = board.evaluate(OVER)
                assert max(over) <= 0, (slug, phase, position, board.viewport_size, over)
        for session in sessions.values():
            services.erase_class(session_id=session.pk, now=timezone.now())


def test_a_change_keeps_the_nodes_and_the_focus(visit: Callable[..., Page]) -> None:
    teacher, code = open_class(visit, "teacher")
    board = visit()
    board.goto(f"/sr/class/{code}/board/")
    for page in (board, teacher):
        page.evaluate("document.querySelector('h1').isKept = true")
    teacher.locator("#act-lock").focus()
    join_class(visit, code)
    expect(board.locator(".board-count strong")).to_have_text("1")
    expect(teacher.locator("[role=status]").first).to_contain_text("1")
    for page in (board, teacher):
        assert page.evaluate("document.querySelector('h1').isKept")
    expect(teacher.locator("#act-lock")).to_be_focused()
    teacher.locator("#act-start").click()
    expect(board.locator(".board-question")).to_be_visible()
    assert board.evaluate("document.querySelector('h1').isKept")


def pupils_answer(teacher: Page, pupils: list[str], position: int, question: Question) -> None:
    """Submit the forms of pupils. The later the question, the fewer have it right."""
    for number, address in enumerate(pupils):
        answer = best(question) if number < len(pupils) - 2 * position else wrong(question)
        for form in filled(question, answer):
            body = f"position={position}&{form.urlencode()}"
            response = teacher.request.post(address, headers=FORM, data=body, max_redirects=0)
            assert response.status in {200, 303}


def test_a_teacher_comes_from_the_home_page_to_the_finale(site: Site, visit: Callable[..., Page]) -> None:
    teacher = visit()
    teacher.goto("/sr/")
    teacher.locator(".sections a[href='/sr/for-teachers/']").click()
    teacher.locator(".class-entry a[href='/sr/quizzes/']").click()
    teacher.locator(".quiz-filter [name=level]").select_option("11-14")
    teacher.locator(".quiz-filter [type=submit]").click()
    teacher.locator(f".quiz-card a[href='/sr/quizzes/{SLUG}/']").click()
    title = teacher.locator("h1").inner_text()
    teacher.locator(f"a[href='/sr/class/open/{SLUG}/']").click()
    teacher.locator("main form [type=submit]").click()
    expect(teacher).to_have_url(re.compile("/control/"))
    control = teacher.url
    code = teacher.locator(".class-code").inner_text().replace(" ", "")
    board = visit(width=1024, height=768)
    board.goto(f"/sr/class/{code}/board/")
    phone = join_class(visit, code)
    pupils = [phone.url]
    for _number in range(PUPILS - 1):
        response = teacher.request.post(f"/sr/class/{code}/", headers=FORM, data="", max_redirects=0)
        pupils.append(response.headers["location"])
    expect(board.locator(".board-count strong")).to_have_text(str(PUPILS))
    with site.orm():
        session = ClassSession.objects.get(code=code)
        questions = quiz_snapshot(session).questions
    teacher.locator("#act-start").click()
    for position, question in enumerate(questions):
        expect(board.locator(".board-number")).to_contain_text(f"{position + 1}")
        pupils_answer(teacher, pupils, position, question)
        teacher.locator("#act-show").click()
        expect(board.locator(".board-answers")).to_be_visible()
        teacher.locator("#act-next").click()

    expect(board.locator(".team-sum")).to_be_visible()
    assert faults(board) == []
    assert faults(teacher) == []
    expect(phone.locator("h1")).to_have_text("Крај!")
    for number in (1, 2, 3):
        teacher.locator("#act-forward").click()
        expect(board.locator(".board-number")).to_contain_text(f"{number}.")
        assert max(board.evaluate(OVER)) <= 0
        assert faults(board) == []
    expect(teacher.locator("#act-forward")).to_have_count(0)

    with teacher.expect_popup() as popup:
        teacher.locator(f"a[href='/sr/class/{code}/finale/']").click()
    paper = popup.value
    expect(paper.locator(".finale-question")).to_have_count(3)
    assert faults(paper) == []
    with pypdfium2.PdfDocument(paper.pdf(format="A4")) as document:
        printed_text = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    # The text of a PDF has no reliable spaces.
    squeezed = "".join(printed_text.split())
    for text in (title, "Најтежа питања", *paper.locator(".finale-question h3").all_inner_texts()):
        assert "".join(text.split()) in squeezed
    with site.orm():
        keys = list(ClassPupil.objects.filter(session=session).values_list("key", flat=True))
    assert len(keys) == PUPILS
    for secret in (NAME, "Одштампај", control.split("/")[-2], code, *keys):
        assert "".join(secret.split()) not in squeezed
    with paper.expect_download() as saved:
        paper.locator("a[download]").click()
    file = saved.value.path().read_text("utf-8")
    assert "Најтежа питања" in file
    assert NAME not in file

    teacher.bring_to_front()
    teacher.locator(".control-end summary").click()
    teacher.locator("#act-erase").click()
    expect(teacher).to_have_url(re.compile("/class/over/"))
