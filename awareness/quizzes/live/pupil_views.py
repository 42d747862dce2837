"""Pupil pages of a class: join, answer, wait, feedback and result."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.quizzes.feedback import answer_feedback
from awareness.quizzes.kinds.base import PostedAnswer
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.live import selectors, services, throttling
from awareness.quizzes.live.models import CODE, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.presentation import NOTHING_POSTED, present_question, read_posted_answer
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import CookielessFormMixin


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilPosition:
    """The position in a pupil's URL (own pace only), and an invalid submitted answer."""

    number: str = ""
    posted: PostedAnswer = NOTHING_POSTED


def pupil_context(session: ClassSession, pupil: ClassPupil, turned: PupilPosition, *, language: str) -> dict[str, Any]:
    """Return the context of a pupil's page. `state` changes only when the page must be updated."""
    content = quiz_snapshot(session)
    answers = selectors.pupil_answers(pupil, content.questions)
    total = len(content.questions)
    position = session.position if session.pace == Pace.TEACHER else _own_position(turned.number, answers, total)
    here = answers.get(position) if position is not None else None
    context: dict[str, Any] = {
        "session": session,
        "pupil": pupil,
        "title": content.title.read(language),
        "phase": session.phase,
        "own_time": session.pace == Pace.SELF,
        "total": total,
        "answered": len(answers),
        # In a finished class the position is a page of the board.
        "state": session.phase if session.phase == Phase.FINISHED else f"{session.phase}-{position}-{here is not None}",
    }
    if session.phase == Phase.FINISHED:
        result = _result(content.questions, answers)
        context |= result | {"closing": content.closing_at(result["percent"]).read(language)}
    elif position is not None and session.phase == Phase.ASKING and here is None:
        context |= _heading(position)
        context["presented_question"] = present_question(
            content.questions[position], language=language, seed=_seed(session, position), posted=turned.posted
        )
    elif position is not None and session.phase == Phase.ASKING and session.pace == Pace.TEACHER:
        context |= _heading(position) | {"waiting": True}
    elif position is not None and session.phase != Phase.LOBBY:
        answer, mark = (here.answer, here.mark) if here else (None, None)
        context |= _heading(position) | {"next_number": _next_open(answers, position, total)}
        context["text"] = content.questions[position].text.read(language)
        context["feedback"] = answer_feedback(
            content.questions[position], answer, mark, language=language, seed=_seed(session, position)
        )
    return context


def _seed(session: ClassSession, position: int) -> str:
    """Return the seed for the order of choices, the same on all devices and on the board."""
    return f"{session.seed}-{position}"


def _heading(position: int) -> dict[str, int]:
    return {"position": position, "number": position + 1}


def _own_position(number: str, answers: dict[int, selectors.PupilAnswer], total: int) -> int | None:
    """Return the question in the URL, otherwise the first unanswered one. None if all are answered."""
    if number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= total:
        return int(number) - 1
    return next((place for place in range(total) if place not in answers), None)


def _next_open(answers: dict[int, selectors.PupilAnswer], position: int, total: int) -> int | None:
    """Return the number of the next unanswered question, cyclic from here. None if all are answered."""
    following = [*range(position + 1, total), *range(position)]
    return next((place + 1 for place in following if place not in answers), None)


def _result(questions: Sequence[Question], answers: dict[int, selectors.PupilAnswer]) -> dict[str, Any]:
    credit = sum(each.mark.credit or 0 for each in answers.values())
    scored = sum(kind_of(question).is_scored for question in questions)
    return {
        "right": sum(each.mark.right for each in answers.values()),
        "scored": scored,
        "percent": 100 * credit / max(scored, 1),
    }


PUPIL: Final = "p"
QUESTION: Final = "q"


@csrf_exempt
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Ask for a code, spaces allowed, and redirect to the class."""
    typed = request.GET.get("code", "")[:40]
    code, problem = re.sub(r"[\s.-]+", "", typed), ""
    if typed and not re.fullmatch(CODE, code):
        problem = _("A code has eight digits.")
    elif typed:
        if not throttling.is_guess_allowed(request):
            return throttling.too_many_guesses(request)
        if selectors.find_class(code, timezone.now()):
            return HttpResponseRedirect(reverse("class", args=[code]), headers={"Cache-Control": "no-store"})
        throttling.is_guess_allowed(request, wrong=True)
        problem = _("No class has this code. Check the code on the board.")
    return throttling.page(request, "join", {"code": typed, "problem": problem}, status=422 if problem else 200)


@csrf_exempt
@require_safe
def version(request: HttpRequest, *, code: str) -> HttpResponse:
    """Return the version of the class. Pupils' pages poll it every few seconds."""
    session = selectors.find_class(code, timezone.now())
    if session is None:
        return throttling.class_not_found(request)
    tag = throttling.etag(session)
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    is_participant = throttling.has_valid_etag(request, session) or selectors.find_pupil(
        session, request.GET.get(PUPIL, "")
    )
    if not is_participant and not throttling.is_guess_allowed(request):
        return throttling.too_many_guesses(request)
    return HttpResponse(str(session.version), content_type="text/plain", headers=headers)


class PupilView(CookielessFormMixin, View):
    """A pupil's page. The URL contains the pupil's key."""

    form_purpose = "class"

    def get(self, request: HttpRequest, *, code: str) -> HttpResponse:
        """Show the join page, or the current page of a known pupil."""
        session = selectors.find_class(code, timezone.now())
        if session is None:
            return throttling.class_not_found(request)
        pupil = selectors.find_pupil(session, request.GET.get(PUPIL, ""))
        if pupil is not None:
            return self._show(session, pupil)
        return self._welcome(session) if throttling.is_guess_allowed(request) else throttling.too_many_guesses(request)

    def post(self, request: HttpRequest, *, code: str) -> HttpResponse:
        """Join the class, or submit an answer."""
        session = selectors.find_class(code, timezone.now())
        if session is None:
            return throttling.class_not_found(request)
        pupil = selectors.find_pupil(session, request.GET.get(PUPIL, ""))
        return self._join(session) if pupil is None else self._answer(session, pupil)

    def _welcome(self, session: ClassSession, problem: str = "", *, status: int = 200) -> HttpResponse:
        context = {
            "session": session,
            "title": quiz_snapshot(session).title.read(get_language() or ""),
            "problem": problem,
            # The key does not belong to this class.
            "unknown": PUPIL in self.request.GET,
            "closed": session.locked or session.phase == Phase.FINISHED,
            "form_token": self.form_token(),
        }
        return throttling.page(self.request, "welcome", context, status=status)

    def _join(self, session: ClassSession) -> HttpResponse:
        if limits.CLASSES_JOINED.is_over(self.request) or not throttling.is_guess_allowed(self.request):
            return throttling.too_many_guesses(self.request)
        try:
            key = services.join_class(session=session, now=timezone.now())
        except services.ClassClosed:
            return self._welcome(session, _("This class is closed. Ask your teacher."), status=409)
        return self._go(**{PUPIL: key})

    def _go(self, **query: str | int) -> HttpResponse:
        return HttpResponseRedirect(f"{self.request.path}?{urlencode(query)}", status=303)

    def _answer(self, session: ClassSession, pupil: ClassPupil) -> HttpResponse:
        questions = quiz_snapshot(session).questions
        number = self.request.POST.get("position", "")
        position = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
        if not 0 <= position < len(questions):
            return self._show(session, pupil, _("Answer this question, please."), status=422)
        posted = read_posted_answer(questions[position], self.request.POST)
        if posted.answer is None:
            return self._show(session, pupil, posted=posted, status=422 if posted.problem else 200)
        try:
            services.answer_question(
                session=session,
                pupil=pupil,
                position=position,
                question=questions[position],
                answer=posted.answer,
                now=timezone.now(),
            )
        except services.AnswerTooLate:
            return self._show(session, pupil, _("This question is closed."), status=409)
        more: dict[str, str | int] = {QUESTION: position + 1} if session.pace == Pace.SELF else {}
        return self._go(**{PUPIL: pupil.key}, **more)

    def _show(
        self,
        session: ClassSession,
        pupil: ClassPupil,
        problem: str = "",
        *,
        posted: PostedAnswer = NOTHING_POSTED,
        status: int = 200,
    ) -> HttpResponse:
        turned = PupilPosition(number=self.request.GET.get(QUESTION, ""), posted=posted)
        context = pupil_context(session, pupil, turned, language=get_language() or "")
        context |= {"problem": problem, "form_token": self.form_token()}
        return throttling.page(self.request, "pupil", context, status=status)
