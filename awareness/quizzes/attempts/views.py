"""Subjects that may touch somebody who plays: there the help lines stand beside, and Klik stays away."""

from dataclasses import replace
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from awareness.publishing.audiences import Level
from awareness.publishing.models import PublicationState
from awareness.publishing.next_steps import cards_onward
from awareness.publishing.shortcuts import (
    PREVIEW,
    check_shown,
    is_preview,
    is_unpublished_preview,
    led_on,
    only_in_serbian,
    said_in,
    unstored_previews,
    visible_among,
)
from awareness.quizzes.attempts.state import Asked, Play, Standing, Unreadable, score, standings
from awareness.quizzes.attempts.structured_data import quiz_data
from awareness.quizzes.attempts.tracking import Tally
from awareness.quizzes.feedback import Told, told, verdict_of
from awareness.quizzes.kinds.answers import mark
from awareness.quizzes.labels import VERDICTS
from awareness.quizzes.models import Quiz
from awareness.quizzes.presentation import EMPTY, Posted, asked, posted_answer
from awareness.quizzes.selectors import (
    as_question,
    as_quiz,
    known_quizzes,
    listed_quizzes,
    questions_of,
    topics_with_quizzes,
)
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import language_links
from clicksafely.common.page_cache.decorators import changes_at
from clicksafely.common.page_cache.wsgi import public_page

HEAVY: Final = frozenset({"csam", "cyberbullying", "hate-speech", "predators", "sexting-blackmail"})


def is_heavy(quiz: Quiz) -> bool:
    """Whether a quiz (with its topics) is about one of them."""
    return any(topic.slug in HEAVY for topic in quiz.topics.all())


def show_start(request: HttpRequest, quiz: Quiz, *, lost: bool = False) -> HttpResponse:
    """The first page of a quiz; `lost`: of a play that could not go on."""
    now = timezone.now()
    topics = visible_among(request, quiz.topics.all(), now)
    context = {
        "quiz": quiz,
        "picture_title": quiz.title,
        "topics": topics,
        "number": len(quiz.entries.all()),
        "heavy": is_heavy(quiz),
        **said_in(quiz),
        "preview": is_unpublished_preview(request, quiz, now),
        "kept_params": (PREVIEW,),
        "structured": quiz_data(request, quiz, topics),
        "lost": lost,
        "here": reverse("quiz", args=[quiz.slug]),
        "preview_key": quiz.preview_key if is_preview(request, quiz) else "",
    }
    response = render(request, "public/quizzes/start.html", context, status=422 if lost else 200)
    # Under `no-referrer` the form would be sent with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


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


PARAMETERS: Final = ("topic", "level", "page")
PAGE_SIZE: Final = 24
# Of the addresses that lead to more; nobody turns further.
LONGEST_NUMBER: Final = 4


@read_only
@public_page(params=PARAMETERS)
def quizzes(request: HttpRequest) -> HttpResponse:
    """The list. What makes no sense in the address is left out."""
    now = timezone.now()
    topics = list(topics_with_quizzes(now))
    topic = next((topic for topic in topics if topic.slug == request.GET.get("topic")), None)
    level = request.GET.get("level", "")
    level = level if level in Level.values else ""
    number = request.GET.get("page", "")
    pages = Paginator(listed_quizzes(now, topic=topic, level=level), PAGE_SIZE)
    changes_at(request, Quiz.objects.next_change(now))
    context = {
        "page": pages.get_page(number if number.isascii() and len(number) <= LONGEST_NUMBER else 1),
        "topics": topics,
        "topic": topic,
        "levels": Level.choices,
        "level": level,
        "filter": "".join(f"{name}={value}&" for name, value in (("topic", topic and topic.slug), ("level", level)) if value),
        "kept_params": PARAMETERS,
    }  # fmt: skip
    return render(request, "public/quizzes/quiz_list.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, *, slug: str) -> HttpResponseBase:
    """One quiz: its first page, or a play that is under way."""
    if request.method == "POST":
        played: HttpResponseBase = PlayView.as_view()(request, slug=slug)
        return played
    return start(request, slug=slug)


@unstored_previews
@public_page()
def start(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What a quiz is about, and how it begins; to whoever has the key of its preview, also before it is published."""
    now = timezone.now()
    found = known_quizzes.get(request, slug)
    if found is None and (moved := led_on(request, Quiz, slug)):
        return moved
    check_shown(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    return show_start(request, found)
