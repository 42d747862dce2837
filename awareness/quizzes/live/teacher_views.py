"""Teacher pages of a class: opening, control and board."""

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
from awareness.quizzes.live import finale, selectors, services, throttling
from awareness.quizzes.live.models import ClassSession, Pace, Phase
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import find_quiz
from clicksafely.common.http import limits
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.middleware import PERMISSIONS_POLICY
from clicksafely.common.page_metadata import build_absolute_url

# The board has a button for full screen.
BOARD_PERMISSIONS_POLICY: Final = PERMISSIONS_POLICY.replace("fullscreen=()", "fullscreen=(self)")


class OpeningForm(forms.Form):
    """Choice of pace."""

    pace = forms.ChoiceField(
        label=_("How will you play?"), choices=Pace, initial=Pace.TEACHER, widget=forms.RadioSelect
    )


class OpenView(CookielessFormMixin, View):
    """Describes the live quiz and opens a class."""

    form_purpose = "class open"

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        """Show the form. Nothing is stored."""
        return self._ask(self._quiz(slug), OpeningForm())

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        """Open a class and redirect to its control page."""
        quiz, form = self._quiz(slug), OpeningForm(request.POST)
        if not form.is_valid():
            return self._ask(quiz, form, status=422)
        if limits.CLASSES_OPENED.is_over(request):
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
    "forward": lambda session: services.turn_finale(session=session, by=1),
    "back": lambda session: services.turn_finale(session=session, by=-1),
    "lock": lambda session: services.lock_class(session=session, locked=True),
    "unlock": lambda session: services.lock_class(session=session, locked=False),
}


class ControlView(CookielessFormMixin, View):
    """The teacher's control page, reached by a secret URL."""

    form_purpose = "class control"

    def get(self, request: HttpRequest, *, code: str, token: str) -> HttpResponse:
        """Show the state of the class and the available actions."""
        session = selectors.controlled_class(code, token, timezone.now())
        return throttling.class_not_found(request) if session is None else self._show(session)

    def post(self, request: HttpRequest, *, code: str, token: str) -> HttpResponse:
        """Perform an action once. Buttons of outdated pages are ignored."""
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
        progress = selectors.class_progress(session)
        tag = throttling.etag(session, "c", progress.joined, progress.answered)
        if self.request.headers.get("If-None-Match") == tag:
            return HttpResponseNotModified(headers={"ETag": tag})
        context = _context(self.request, session, progress, open_book=True) | {"form_token": self.form_token()}
        return throttling.page(self.request, "control", context, tag=tag)


@csrf_exempt
@require_safe
def board(request: HttpRequest, *, code: str) -> HttpResponse:
    """Show the board for the projector: joining, progress, results and explanation."""
    session = selectors.find_class(code, timezone.now())
    if session is None:
        return throttling.class_not_found(request)
    if not throttling.has_valid_etag(request, session) and not throttling.is_guess_allowed(request):
        return throttling.too_many_guesses(request)
    progress = selectors.class_progress(session)
    tag = throttling.etag(session, "b", progress.joined, progress.answered)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "no-store"})
    context = _context(request, session, progress, open_book=session.phase == Phase.SHOWN)
    context["density"] = live_board.density(context)
    response = throttling.page(request, "board", context, tag=tag)
    response.headers["Permissions-Policy"] = BOARD_PERMISSIONS_POLICY
    return response


@csrf_exempt
@require_safe
def class_over(request: HttpRequest) -> HttpResponse:
    """Show the confirmation after erasing a class."""
    return throttling.page(request, "ended")


def _context(
    request: HttpRequest, session: ClassSession, progress: selectors.ClassProgress, *, open_book: bool
) -> dict[str, Any]:
    """Context of board and control page. `open_book`: whether right answers are included."""
    language = get_language() or ""
    content = quiz_snapshot(session)
    address = live_board.join_url(request, session)
    context: dict[str, Any] = {
        "session": session,
        "title": content.title.read(language),
        "code": live_board.spaced(session.code),
        "short_address": build_absolute_url(request, reverse("class-short")),
        "qr": live_board.qr_code(address),
        "progress": progress,
        "total": len(content.questions),
        "together": session.pace == Pace.TEACHER,
        "phase": session.phase,
    }
    if session.phase == Phase.FINISHED:
        context |= finale.finale_page(session, language=language)
    elif session.phase != Phase.LOBBY and session.pace == Pace.TEACHER:
        context |= live_board.question_frame(session, session.position, language=language)
        if open_book:
            context |= live_board.question_results(session, session.position, language=language)
    return context
