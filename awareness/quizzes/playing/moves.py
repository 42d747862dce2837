"""A play, sending by sending: what was pressed, and what is shown then. Nothing of it is stored; the form carries it."""

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View

from awareness.quizzes.asking import EMPTY, Posted, asked, posted_answer
from awareness.quizzes.models import Quiz
from awareness.quizzes.playing.starting import show_start
from awareness.quizzes.playing.state import Asked, Play, Standing, Unreadable, score, standings
from awareness.quizzes.playing.subjects import is_heavy
from awareness.quizzes.playing.tallying import Tally
from awareness.quizzes.questions.answers import mark
from awareness.quizzes.selectors import as_question, as_quiz, known_quizzes, questions_of
from awareness.quizzes.telling import Told, told, verdict_of
from awareness.quizzes.wording import VERDICTS
from awareness.topics.onward import cards_onward
from awareness.topics.publication import PublicationState
from awareness.topics.showing import PREVIEW, check_shown, is_preview, is_unpublished_preview, led_on, only_in_serbian
from clicksafely.common.cookieless import CookielessFormMixin
from clicksafely.common.language import language_links

STATE: Final = "state"
# The id of the question that the form shows, and the button that was pressed.
AT: Final = "at"
ACT: Final = "act"
GO: Final = "go"


class PlayView(CookielessFormMixin, View):
    """Begin a quiz, answer its questions, look at them all, and see the result."""

    form_purpose = "quiz"
    http_method_names = ("post",)

    def is_own_form(self, request: HttpRequest) -> bool:
        """Where a browser says nothing of where it comes from, the signed state alone speaks for it."""
        if "Sec-Fetch-Site" in request.headers or "Origin" in request.headers:
            return super().is_own_form(request)
        quiz = known_quizzes.get(request, self.kwargs["slug"])
        try:
            Play.open(request.POST.get(STATE, ""), quiz_id=quiz.pk if quiz else 0)
        except Unreadable:
            return False
        return True

    def post(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """What was pressed."""
        self.now = timezone.now()
        quiz = known_quizzes.get(request, slug)
        if quiz is None and (moved := led_on(request, Quiz, slug)):
            return moved
        check_shown(request, quiz, self.now)
        assert quiz is not None  # noqa: S101 - or it were not shown
        self.quiz = quiz
        self.present = [
            Asked(id=row.pk, revision=row.revision, question=as_question(row)) for row in questions_of(quiz)
        ]
        token = request.POST.get(STATE, "")
        if not token:
            return self._begin()
        try:
            before = Play.open(token, quiz_id=quiz.pk)
        except Unreadable:
            return show_start(request, quiz, lost=True)
        self.play, changed = before.brought_up(self.present)
        self.tally = self._tally()
        if not self.play.questions:
            return show_start(request, quiz, lost=True)
        return self._go_on(before, changed)

    def _tally(self) -> Tally:
        published = self.quiz.state_at(self.now) == PublicationState.PUBLISHED
        return Tally.of(self.request, quiz=self.quiz, seed=self.play.seed, now=self.now, counts=published)

    def _begin(self) -> HttpResponse:
        self.play = Play.begin(self.quiz.pk, self.present)
        self.tally = self._tally()
        if not self.play.questions:
            return show_start(self.request, self.quiz)
        self.tally.began()
        return self._question(1)

    def _go_on(self, before: Play, changed: frozenset[int]) -> HttpResponse:
        act, go = self.request.POST.get(ACT, ""), self.request.POST.get(GO, "")
        here = self._here()
        notice: str | Promise = ""
        if changed & {*before.answers, self._at()}:
            notice = _("A question was changed while you were playing. It is asked again; everything else stays.")
        elif here is None and act == "answer":
            notice = _("That question has just been taken out of the quiz. Everything else stays.")
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
        """The id of the question that the form showed; 0 where it names none."""
        text = self.request.POST.get(AT, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

    def _here(self) -> int | None:
        """The number of that question; None where it is not one of this play (any more)."""
        ids = [question for question, _revision in self.play.questions]
        return ids.index(self._at()) + 1 if self._at() in ids else None

    def _rows(self) -> list[Standing]:
        return standings(self.play, self.present)

    def _open_numbers(self) -> list[int]:
        return [row.number for row in self._rows() if row.answer is None]

    def _answer(self, number: int, notice: str | Promise) -> HttpResponse:
        row = self._rows()[number - 1]
        if row.answer is not None:
            return self._question(number, notice=notice)
        posted = posted_answer(row.asked.question, self.request.POST)
        if posted.answer is None:
            return self._question(number, posted=posted, notice=notice)
        self.play = self.play.with_answer(row.asked.id, posted.answer)
        self.tally.answered(row.asked.id, mark(row.asked.question, posted.answer))
        return self._question(number, notice=notice)

    def _question(self, number: int, *, posted: Posted = EMPTY, notice: str | Promise = "") -> HttpResponse:
        """One question: to be answered, or with what is said to its answer. Behind the last one comes the review."""
        rows = self._rows()
        if number > len(rows):
            return self._review(notice)
        row = rows[number - 1]
        if row.asked.id not in self.play.seen:
            self.play = self.play.with_seen(row.asked.id)
            self.tally.showed(row.asked.id)
        context = {
            "question": asked(
                row.asked.question,
                language=str(get_language()),
                seed=self.play.seed_of(row.asked.id),
                posted=posted,
            ),
            "told": self._told(row) if row.answer is not None else None,
            "number": number,
            "at": row.asked.id,
            "is_last": number == len(rows),
            "open": sum(each.answer is None for each in rows),
            "notice": notice,
        }
        return self._page("question", context, status=422 if posted.problem else 200)

    def _review(self, notice: str | Promise = "") -> HttpResponse:
        """Every question with its state, and the way to each."""
        language = str(get_language())
        rows = [
            (row, row.asked.question.text.read(language), verdict_of(row.mark), VERDICTS[verdict_of(row.mark)])
            for row in self._rows()
        ]
        opened = sum(row.answer is None for row, *_rest in rows)
        return self._page("review", {"rows": rows, "open": opened, "notice": notice})

    def _result(self) -> HttpResponse:
        if not self.play.finished:
            self.tally.finished()
            self.play = replace(self.play, finished=True)
        rows, language = self._rows(), str(get_language())
        reached = score(rows)
        context = {
            "score": reached,
            "closing": as_quiz(self.quiz).closing_at(reached.percent).read(language),
            "rows": [(row, row.asked.question.text.read(language), self._told(row)) for row in rows],
            "cards": cards_onward(self.quiz.next_steps.all(), now=self.now),
            "today": timezone.localdate(self.now),
        }
        return self._page("result", context)

    def _told(self, row: Standing) -> Told:
        return told(
            row.asked.question,
            row.answer,
            row.mark,
            language=str(get_language()),
            seed=self.play.seed_of(row.asked.id),
        )

    def _page(self, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        query = [(PREVIEW, self.quiz.preview_key)] if is_preview(self.request, self.quiz) else []
        frame = {
            "quiz": self.quiz,
            "play": self.play.seed,
            "state": self.play.seal(),
            "total": len(self.play.questions),
            "heavy": is_heavy(self.quiz),
            "foreign": only_in_serbian(self.quiz),
            "preview": is_unpublished_preview(self.request, self.quiz, self.now),
            "languages": language_links(self.request.path_info, query),
            "picture_title": self.quiz.title,
        }
        return render(self.request, f"public/quizzes/{name}.html", frame | context, status=status)
