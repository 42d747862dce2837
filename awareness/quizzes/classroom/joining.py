"""The pupils' side: type the code, join with one press, answer, wait for the others, see what was right."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from awareness.quizzes.asking import EMPTY, Posted, posted_answer
from awareness.quizzes.classroom import doors, selectors, services
from awareness.quizzes.classroom.keeping import content_of
from awareness.quizzes.classroom.models import CODE, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.classroom.phones import Turned, phone
from clicksafely.common.cookieless import CookielessFormMixin
from clicksafely.common.limits import over_limit

PUPIL: Final = "p"
QUESTION: Final = "q"
# Pupils that one network (a school) sends in an hour, and all together.
JOINED_PER_HOUR: Final = 1_500
JOINED_EVERYWHERE: Final = 60_000


@csrf_exempt
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Asks for the code, in any spacing, and leads to the class."""
    typed = request.GET.get("code", "")[:40]
    code, problem = re.sub(r"[\s.-]+", "", typed), ""
    if typed and not re.fullmatch(CODE, code):
        problem = _("A code has eight digits.")
    elif typed:
        if not doors.may_guess(request):
            return doors.too_many(request)
        if selectors.find_class(code, timezone.now()):
            return HttpResponseRedirect(reverse("class", args=[code]), headers={"Cache-Control": "no-store"})
        doors.may_guess(request, wrong=True)
        problem = _("There is no class with this code. Look at the board once more.")
    return doors.page(request, "join", {"code": typed, "problem": problem}, status=422 if problem else 200)


@csrf_exempt
@require_safe
def version(request: HttpRequest, *, code: str) -> HttpResponse:
    """How many steps the class has taken: what a pupil's page asks every few seconds."""
    session = selectors.find_class(code, timezone.now())
    if session is None:
        return doors.gone(request)
    tag = doors.etag(session)
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    known = doors.has_seen(request, session) or selectors.find_pupil(session, request.GET.get(PUPIL, ""))
    if not known and not doors.may_guess(request):
        return doors.too_many(request)
    return HttpResponse(str(session.version), content_type="text/plain", headers=headers)


class PupilView(CookielessFormMixin, View):
    """A pupil's own page of a class, under the key in its address."""

    form_purpose = "class"

    def get(self, request: HttpRequest, *, code: str) -> HttpResponse:
        """The way in for who is new; else where the class is."""
        session = selectors.find_class(code, timezone.now())
        if session is None:
            return doors.gone(request)
        pupil = selectors.find_pupil(session, request.GET.get(PUPIL, ""))
        if pupil is not None:
            return self._show(session, pupil)
        return self._welcome(session) if doors.may_guess(request) else doors.too_many(request)

    def post(self, request: HttpRequest, *, code: str) -> HttpResponse:
        """Join, or answer."""
        session = selectors.find_class(code, timezone.now())
        if session is None:
            return doors.gone(request)
        pupil = selectors.find_pupil(session, request.GET.get(PUPIL, ""))
        return self._join(session) if pupil is None else self._answer(session, pupil)

    def _welcome(self, session: ClassSession, problem: str = "", *, status: int = 200) -> HttpResponse:
        context = {
            "session": session,
            "title": content_of(session).title.read(get_language() or ""),
            "problem": problem,
            # A key that is not (or no more) of this class.
            "unknown": PUPIL in self.request.GET,
            "closed": session.locked or session.phase == Phase.FINISHED,
            "form_token": self.form_token(),
        }
        return doors.page(self.request, "welcome", context, status=status)

    def _join(self, session: ClassSession) -> HttpResponse:
        if over_limit(
            self.request, scope="class-join", limit=JOINED_PER_HOUR, window=3600, everyone=JOINED_EVERYWHERE
        ) or not doors.may_guess(self.request):
            return doors.too_many(self.request)
        try:
            key = services.join_class(session=session, now=timezone.now())
        except services.Closed:
            return self._welcome(session, _("Nobody can join this class any more. Ask your teacher."), status=409)
        return self._go(**{PUPIL: key})

    def _go(self, **query: str | int) -> HttpResponse:
        return HttpResponseRedirect(f"{self.request.path}?{urlencode(query)}", status=303)

    def _answer(self, session: ClassSession, pupil: ClassPupil) -> HttpResponse:
        questions = content_of(session).questions
        number = self.request.POST.get("position", "")
        position = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1
        if not 0 <= position < len(questions):
            return self._show(session, pupil, _("Answer this question, please."), status=422)
        posted = posted_answer(questions[position], self.request.POST)
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
        except services.TooLate:
            return self._show(session, pupil, _("This question is closed already."), status=409)
        more: dict[str, str | int] = {QUESTION: position + 1} if session.pace == Pace.SELF else {}
        return self._go(**{PUPIL: pupil.key}, **more)

    def _show(
        self,
        session: ClassSession,
        pupil: ClassPupil,
        problem: str = "",
        *,
        posted: Posted = EMPTY,
        status: int = 200,
    ) -> HttpResponse:
        turned = Turned(number=self.request.GET.get(QUESTION, ""), posted=posted)
        context = phone(session, pupil, turned, language=get_language() or "")
        context |= {"problem": problem, "form_token": self.form_token()}
        return doors.page(self.request, "pupil", context, status=status)
