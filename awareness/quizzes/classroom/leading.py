"""The teacher's page, which leads the class, and the board, which everybody reads and which changes nothing."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.quizzes.asking import asked
from awareness.quizzes.classroom import doors, selectors, services, showing
from awareness.quizzes.classroom.keeping import content_of
from awareness.quizzes.classroom.models import ClassSession, Pace, Phase
from clicksafely.common.cookieless import CookielessFormMixin

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
        return doors.gone(request) if session is None else self._show(session)

    def post(self, request: HttpRequest, *, code: str, token: str) -> HttpResponse:
        """Take one step, once: a button that was pressed on a page of an earlier step does nothing."""
        session = selectors.controlled_class(code, token, timezone.now())
        if session is None:
            return doors.gone(request)
        act = request.POST.get("act", "")
        if act == "erase":
            services.erase_class(session_id=session.pk, now=timezone.now())
            return HttpResponseRedirect(reverse("class-over"), status=303)
        if act in STEPS and request.POST.get("version") == str(session.version):
            STEPS[act](session)
        return HttpResponseRedirect(request.path, status=303)

    def _show(self, session: ClassSession) -> HttpResponse:
        standing = selectors.standing(session)
        tag = doors.etag(session, "c", standing.joined, standing.answered)
        if self.request.headers.get("If-None-Match") == tag:
            return HttpResponseNotModified(headers={"ETag": tag})
        context = _context(self.request, session, standing, open_book=True) | {"form_token": self.form_token()}
        return doors.page(self.request, "control", context, tag=tag)


@csrf_exempt
@require_safe
def board(request: HttpRequest, *, code: str) -> HttpResponse:
    """The board for the projector: the way in, answers arriving, then how the class answered and why."""
    session = selectors.find_class(code, timezone.now())
    if session is None:
        return doors.gone(request)
    if not doors.has_seen(request, session) and not doors.may_guess(request):
        return doors.too_many(request)
    standing = selectors.standing(session)
    tag = doors.etag(session, "b", standing.joined, standing.answered)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "no-store"})
    context = _context(request, session, standing, open_book=session.phase == Phase.SHOWN)
    return doors.page(request, "board", context, tag=tag)


@csrf_exempt
@require_safe
def over(request: HttpRequest) -> HttpResponse:
    """Where a teacher comes after erasing a class."""
    return doors.page(request, "ended")


def _context(
    request: HttpRequest, session: ClassSession, standing: selectors.Standing, *, open_book: bool
) -> dict[str, Any]:
    """What both pages show; `open_book` lets right answers be seen."""
    language = get_language() or ""
    content = content_of(session)
    address = showing.way_in(request, session)
    context: dict[str, Any] = {
        "session": session,
        "title": content.title.read(language),
        "code": showing.spaced(session.code),
        "address": address,
        "qr": showing.qr_code(address),
        "standing": standing,
        "total": len(content.questions),
        "together": session.pace == Pace.TEACHER,
        "phase": session.phase,
    }
    if session.phase in {Phase.ASKING, Phase.SHOWN} and session.pace == Pace.TEACHER:
        question = content.questions[session.position]
        shown = asked(question, language=language, seed=f"{session.seed}-{session.position}")
        context |= {"number": session.position + 1, "asked": shown, "open_book": open_book}
        if open_book:
            how = selectors.distribution(session, session.position)
            order = [choice.place for choice in shown.choices]
            context |= {
                "how": how,
                "bars": showing.bars(question, how, order, language),
                "parts": showing.counts_what_is_right(question),
                "written": showing.has_written_answers(question),
                "fewest": selectors.FEWEST,
                "explanation": question.explanation.read(language),
                "source": question.source_title,
            }
    return context
