"""A teacher opens a class for a quiz, without an account."""

from typing import Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from awareness.quizzes.classroom import doors, services
from awareness.quizzes.classroom.models import Pace
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import find_quiz
from awareness.topics.publication import PublicationState
from clicksafely.common.cookieless import CookielessFormMixin
from clicksafely.common.limits import over_limit

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
            return doors.too_many(request)
        try:
            session, control_key = services.open_class(
                quiz=quiz, pace=Pace(form.cleaned_data["pace"]), now=timezone.now()
            )
        except services.Empty as error:
            raise Http404 from error
        return HttpResponseRedirect(reverse("class-control", args=[session.code, control_key]), status=303)

    def _quiz(self, slug: str) -> Quiz:
        quiz = find_quiz(slug)
        if quiz is None or quiz.state_at(timezone.now()) != PublicationState.PUBLISHED:
            raise Http404
        return quiz

    def _ask(self, quiz: Quiz, form: OpeningForm, *, status: int = 200) -> HttpResponse:
        context = {"quiz": quiz, "form": form, "form_token": self.form_token()}
        return doors.page(self.request, "open", context, status=status)
