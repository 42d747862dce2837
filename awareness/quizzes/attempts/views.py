"""Public pages of quizzes: list, start page and attempts."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from awareness.publishing.audiences import READER, QuizLevel, chosen_reader, readers_first
from awareness.publishing.models import PublicationState
from awareness.publishing.next_steps import next_step_cards
from awareness.publishing.shortcuts import (
    filter_visible,
    publication_context,
    publication_page,
    require_visible,
)
from awareness.quizzes.attempts.state import (
    CurrentQuestion,
    InvalidState,
    QuestionResult,
    QuizAttempt,
    calculate_score,
    question_results,
)
from awareness.quizzes.attempts.structured_data import quiz_data
from awareness.quizzes.attempts.tracking import AttemptTracker
from awareness.quizzes.feedback import AnswerFeedback, answer_feedback, score_verdict
from awareness.quizzes.kinds.base import PostedAnswer
from awareness.quizzes.kinds.registry import score_answer
from awareness.quizzes.labels import VERDICTS
from awareness.quizzes.models import Quiz
from awareness.quizzes.presentation import NOTHING_POSTED, present_question, read_posted_answer
from awareness.quizzes.selectors import (
    cached_quizzes,
    listed_quizzes,
    questions_of,
    to_question_data,
    to_quiz_data,
    topics_with_quizzes,
)
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import language_links
from clicksafely.common.list_filters import PAGE, parse_selection, present_filter
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

SENSITIVE_TOPICS: Final = frozenset(
    {"csam", "cyberbullying", "hate-speech", "predators", "self-harm", "sexting-blackmail"}
)


def is_sensitive(quiz: Quiz) -> bool:
    """Return whether a quiz (with its topics) is about a sensitive subject. Its pages show help lines and no mascot."""
    return any(topic.slug in SENSITIVE_TOPICS for topic in quiz.topics.all())


def show_start(request: HttpRequest, quiz: Quiz, *, lost: bool = False) -> HttpResponse:
    """Render the start page. `lost`: after an attempt that cannot continue."""
    now = timezone.now()
    topics = filter_visible(request, quiz.topics.all(), now)
    context = {
        "quiz": quiz,
        "topics": topics,
        "number": len(quiz.entries.all()),
        "heavy": is_sensitive(quiz),
        **publication_context(quiz),
        "structured": quiz_data(request, quiz, topics),
        "lost": lost,
        "here": reverse("quiz", args=[quiz.slug]),
    }
    response = render(request, "public/quizzes/start.html", context, status=422 if lost else 200)
    # With `no-referrer` browsers send the form with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


STATE: Final = "state"
# The id of the displayed question, and the pressed button.
AT: Final = "at"
ACT: Final = "act"
GO: Final = "go"


class PlayView(CookielessFormMixin, View):
    """Handles an attempt: start, answers, review and result."""

    form_purpose = "quiz"
    http_method_names = ("post",)

    def is_own_form(self, request: HttpRequest) -> bool:
        """Accept a form without Origin and Sec-Fetch-Site if its state is valid."""
        if "Sec-Fetch-Site" in request.headers or "Origin" in request.headers:
            return super().is_own_form(request)
        try:
            QuizAttempt.open(request.POST.get(STATE, ""), quiz_id=self.kwargs["quiz"].pk)
        except InvalidState:
            return False
        return True

    def post(self, request: HttpRequest, *, quiz: Quiz, now: datetime) -> HttpResponse:
        """Handle the pressed button."""
        self.quiz, self.now = quiz, now
        self.present = [
            CurrentQuestion(id=row.pk, revision=row.revision, question=to_question_data(row))
            for row in questions_of(quiz)
        ]
        token = request.POST.get(STATE, "")
        if not token:
            return self._begin()
        try:
            before = QuizAttempt.open(token, quiz_id=quiz.pk)
        except InvalidState:
            return show_start(request, quiz, lost=True)
        self.play, changed = before.with_current_questions(self.present)
        self.tally = self._tracker()
        if not self.play.questions:
            return show_start(request, quiz, lost=True)
        return self._go_on(before, changed)

    def _tracker(self) -> AttemptTracker:
        published = self.quiz.state_at(self.now) == PublicationState.PUBLISHED
        return AttemptTracker.of(self.request, quiz=self.quiz, seed=self.play.seed, now=self.now, counts=published)

    def _begin(self) -> HttpResponse:
        self.play = QuizAttempt.begin(self.quiz.pk, self.present)
        self.tally = self._tracker()
        if not self.play.questions:
            return show_start(self.request, self.quiz)
        self.tally.began()
        return self._question(1)

    def _go_on(self, before: QuizAttempt, changed: frozenset[int]) -> HttpResponse:
        act, go = self.request.POST.get(ACT, ""), self.request.POST.get(GO, "")
        here = self._here()
        notice: str | Promise = ""
        if changed & {*before.answers, self._at()}:
            notice = _(
                "A question was changed while you were playing, so it is asked again. Your other answers are kept."
            )
        elif here is None and act == "answer":
            notice = _("That question was removed from the quiz. Your other answers are kept.")
        if go:
            number = int(go) if go.isascii() and go.isdigit() and len(go) < 4 else 0
            return self._question(number, notice=notice) if number else self._review(notice)
        if act == "end" or (act == "finish" and not self._open_numbers()):
            return self._result()
        if act in {"finish", "review"} or here is None:
            return self._review(notice)
        if act == "answer":
            return self._question(here, notice=notice) if self._at() in changed else self._answer(here, notice)
        if act == "next":
            return self._question(here + 1, notice=notice)
        return self._question(max(here - 1, 1), notice=notice)

    def _at(self) -> int:
        """Return the id of the displayed question, 0 if missing."""
        text = self.request.POST.get(AT, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

    def _here(self) -> int | None:
        """Return the number of the displayed question, None if it does not belong to the attempt."""
        ids = [question for question, _revision in self.play.questions]
        return ids.index(self._at()) + 1 if self._at() in ids else None

    def _rows(self) -> list[QuestionResult]:
        return question_results(self.play, self.present)

    def _open_numbers(self) -> list[int]:
        return [row.number for row in self._rows() if row.answer is None]

    def _answer(self, number: int, notice: str | Promise) -> HttpResponse:
        row = self._rows()[number - 1]
        if row.answer is not None:
            return self._question(number, notice=notice)
        posted = read_posted_answer(row.current_question.question, self.request.POST)
        if posted.answer is None:
            return self._question(number, posted=posted, notice=notice)
        self.play = self.play.with_answer(row.current_question.id, posted.answer)
        self.tally.answered(row.current_question.id, score_answer(row.current_question.question, posted.answer))
        return self._question(number, notice=notice)

    def _question(
        self, number: int, *, posted: PostedAnswer = NOTHING_POSTED, notice: str | Promise = ""
    ) -> HttpResponse:
        """Render a question, or its feedback if answered. The review follows the last question."""
        rows = self._rows()
        if number > len(rows):
            return self._review(notice)
        row = rows[number - 1]
        if row.current_question.id not in self.play.displayed_ids:
            self.play = self.play.with_displayed(row.current_question.id)
            self.tally.showed(row.current_question.id)
        context = {
            "question": present_question(
                row.current_question.question,
                language=str(get_language()),
                seed=self.play.seed_of(row.current_question.id),
                posted=posted,
            ),
            "feedback": self._feedback(row) if row.answer is not None else None,
            "number": number,
            "at": row.current_question.id,
            "is_last": number == len(rows),
            "open": sum(each.answer is None for each in rows),
            "notice": notice,
        }
        return self._page("question", context, status=422 if posted.problem else 200)

    def _review(self, notice: str | Promise = "") -> HttpResponse:
        """Render the review: all questions with their state."""
        language = str(get_language())
        rows = [
            (
                row,
                row.current_question.question.text.read(language),
                score_verdict(row.mark),
                VERDICTS[score_verdict(row.mark)],
            )
            for row in self._rows()
        ]
        unanswered = sum(row.answer is None for row, *_rest in rows)
        return self._page("review", {"rows": rows, "open": unanswered, "notice": notice})

    def _result(self) -> HttpResponse:
        if not self.play.finished:
            self.tally.finished()
            self.play = replace(self.play, finished=True)
        rows, language = self._rows(), str(get_language())
        reached = calculate_score(rows)
        context = {
            "score": reached,
            "closing": to_quiz_data(self.quiz).closing_at(reached.percent).read(language),
            "rows": [(row, row.current_question.question.text.read(language), self._feedback(row)) for row in rows],
            "cards": next_step_cards(self.quiz.next_steps.all(), now=self.now),
            "today": timezone.localdate(self.now),
        }
        return self._page("result", context)

    def _feedback(self, row: QuestionResult) -> AnswerFeedback:
        return answer_feedback(
            row.current_question.question,
            row.answer,
            row.mark,
            language=str(get_language()),
            seed=self.play.seed_of(row.current_question.id),
        )

    def _page(self, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        frame = {
            **publication_context(self.quiz),
            "quiz": self.quiz,
            "play": self.play.seed,
            "state": self.play.seal(),
            "total": len(self.play.questions),
            "heavy": is_sensitive(self.quiz),
            "languages": language_links(self.request.path_info),
        }
        return render(self.request, f"public/quizzes/{name}.html", frame | context, status=status)


PARAMETERS: Final = ("topic", "level", PAGE, READER)
PAGE_SIZE: Final = 9


@read_only
@public_page(params=PARAMETERS)
def quizzes(request: HttpRequest) -> HttpResponse:
    """List the quizzes. Invalid filters are ignored."""
    now = timezone.now()
    topics = {topic.slug: topic.title for topic in topics_with_quizzes(now)}
    levels = dict(QuizLevel.choices)
    selection = parse_selection(request.GET, {"level": levels, "topic": topics})
    listed = listed_quizzes(now, topic=selection.value("topic"), level=selection.value("level"))
    reader = chosen_reader(request.GET)
    found = readers_first(listed, reader, lambda each: [each.level]) if reader else listed
    expire_page_at(request, Quiz.objects.next_change(now))
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(selection.page),
        "filters": (
            present_filter(selection, "level", _("Readers"), levels, any_label=_("all readers")),
            present_filter(selection, "topic", _("Topic"), topics, any_label=_("all topics")),
        ),
        "selection": selection,
        "reader": reader,
        "kept_params": PARAMETERS,
    }
    return render(request, "public/quizzes/quiz_list.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@publication_page(Quiz)
def quiz(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Show the start page, or handle an attempt."""
    now = timezone.now()
    found = require_visible(request, cached_quizzes.get(request, slug), now)
    if request.method == "POST":
        played: HttpResponse = PlayView.as_view()(request, quiz=found, now=now)
        return played
    return show_start(request, found)
