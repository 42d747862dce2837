"""A teacher opens a class for a quiz, without an account."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.publishing.models import PublicationState
from awareness.quizzes.live import board as live_board
from awareness.quizzes.live import selectors, services, throttling
from awareness.quizzes.live.models import ClassSession, Pace, Phase
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.models import Quiz
from awareness.quizzes.presentation import present_question
from awareness.quizzes.selectors import find_quiz
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.rate_limits import over_limit

# Classes that one network (a school) opens in an hour, and all together.
OPENED_PER_HOUR: Final = 60
OPENED_EVERYWHERE: Final = 3_000


class OpeningForm(forms.Form):
    """How the class will go."""

    pace = forms.ChoiceField(
        label=_("How will you play?"), choices=Pace, initial=Pace.TEACHER, widget=forms.RadioSelect
    )


class OpenView(CookielessFormMixin, View):
    """Says how a class goes, and opens one."""

    form_purpose = "class open"

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        """Before it is opened nothing is kept."""
        return self._ask(self._quiz(slug), OpeningForm())

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        """Open it and lead the teacher to its control page."""
        quiz, form = self._quiz(slug), OpeningForm(request.POST)
        if not form.is_valid():
            return self._ask(quiz, form, status=422)
        if over_limit(request, scope="class-open", limit=OPENED_PER_HOUR, window=3600, everyone=OPENED_EVERYWHERE):
            return throttling.too_many_guesses(request)
        try:
            session, control_key = services.open_class(
                quiz=quiz, pace=Pace(form.cleaned_data["pace"]), now=timezone.now()
            )
        except services.EmptyQuiz as error:
            raise Http404 from error
        return HttpResponseRedirect(reverse("class-control", args=[session.code, control_key]), status=303)

    def _quiz(self, slug: str) -> Quiz:
        quiz = find_quiz(slug)
        if quiz is None or quiz.state_at(timezone.now()) != PublicationState.PUBLISHED:
            raise Http404
        return quiz

    def _ask(self, quiz: Quiz, form: OpeningForm, *, status: int = 200) -> HttpResponse:
        context = {"quiz": quiz, "form": form, "form_token": self.form_token()}
        return throttling.page(self.request, "open", context, status=status)


STEPS: Final[dict[str, Callable[[ClassSession], bool]]] = {
    "start": lambda session: services.start_class(session=session),
    "show": lambda session: services.show_answers(session=session),
    "next": lambda session: services.next_question(session=session),
    "finish": lambda session: services.finish_class(session=session),
    "lock": lambda session: services.lock_class(session=session, locked=True),
    "unlock": lambda session: services.lock_class(session=session, locked=False),
}


class ControlView(CookielessFormMixin, View):
    """The page behind the teacher's own link."""

    form_purpose = "class control"

    def get(self, request: HttpRequest, *, code: str, token: str) -> HttpResponse:
        """Where the class is, and the buttons that lead on."""
        session = selectors.controlled_class(code, token, timezone.now())
        return throttling.class_not_found(request) if session is None else self._show(session)

    def post(self, request: HttpRequest, *, code: str, token: str) -> HttpResponse:
        """Take one step, once: a button that was pressed on a page of an earlier step does nothing."""
        session = selectors.controlled_class(code, token, timezone.now())
        if session is None:
            return throttling.class_not_found(request)
        act = request.POST.get("act", "")
        if act == "erase":
            services.erase_class(session_id=session.pk, now=timezone.now())
            return HttpResponseRedirect(reverse("class-ended"), status=303)
        if act in STEPS and request.POST.get("version") == str(session.version):
            STEPS[act](session)
        return HttpResponseRedirect(request.path, status=303)

    def _show(self, session: ClassSession) -> HttpResponse:
        standing = selectors.class_progress(session)
        tag = throttling.etag(session, "c", standing.joined, standing.answered)
        if self.request.headers.get("If-None-Match") == tag:
            return HttpResponseNotModified(headers={"ETag": tag})
        context = _context(self.request, session, standing, open_book=True) | {"form_token": self.form_token()}
        return throttling.page(self.request, "control", context, tag=tag)


@csrf_exempt
@require_safe
def board(request: HttpRequest, *, code: str) -> HttpResponse:
    """The board for the projector: the way in, answers arriving, then how the class answered and why."""
    session = selectors.find_class(code, timezone.now())
    if session is None:
        return throttling.class_not_found(request)
    if not throttling.has_valid_etag(request, session) and not throttling.is_guess_allowed(request):
        return throttling.too_many_guesses(request)
    standing = selectors.class_progress(session)
    tag = throttling.etag(session, "b", standing.joined, standing.answered)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "no-store"})
    context = _context(request, session, standing, open_book=session.phase == Phase.SHOWN)
    return throttling.page(request, "board", context, tag=tag)


@csrf_exempt
@require_safe
def class_over(request: HttpRequest) -> HttpResponse:
    """Where a teacher comes after erasing a class."""
    return throttling.page(request, "ended")


def _context(
    request: HttpRequest, session: ClassSession, standing: selectors.ClassProgress, *, open_book: bool
) -> dict[str, Any]:
    """What both pages show; `open_book` lets right answers be seen."""
    language = get_language() or ""
    content = quiz_snapshot(session)
    address = live_board.join_url(request, session)
    context: dict[str, Any] = {
        "session": session,
        "title": content.title.read(language),
        "code": live_board.spaced(session.code),
        "address": address,
        "qr": live_board.qr_code(address),
        "standing": standing,
        "total": len(content.questions),
        "together": session.pace == Pace.TEACHER,
        "phase": session.phase,
    }
    if session.phase in {Phase.ASKING, Phase.SHOWN} and session.pace == Pace.TEACHER:
        question = content.questions[session.position]
        shown = present_question(question, language=language, seed=f"{session.seed}-{session.position}")
        context |= {"number": session.position + 1, "asked": shown, "open_book": open_book}
        if open_book:
            how = selectors.distribution(session, session.position)
            order = [choice.place for choice in shown.choices]
            context |= {
                "how": how,
                "bars": live_board.bars(question, how, order, language),
                "parts": live_board.shows_correct_share(question),
                "written": live_board.has_written_answers(question),
                "fewest": selectors.FEWEST,
                "explanation": question.explanation.read(language),
                "source": question.source_title,
            }
    return context
