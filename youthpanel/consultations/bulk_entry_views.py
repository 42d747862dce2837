"""Entry of paper questionnaires and flipchart ideas from offline sessions."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.fields import add_faults
from clicksafely.common.staff.pages import DetailPage
from youthpanel.consultations.bulk_entry import parse_lines, save_meeting_ideas, save_paper_sheet
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.forms import QuestionnaireForm, questionnaire_form
from youthpanel.consultations.opinions import cards_on_paper
from youthpanel.consultations.participation.cards import VOTE_LABELS, PaperCardsForm
from youthpanel.consultations.pii_hints import CONFIRMED, PersonalDataHint, hints_for_author
from youthpanel.consultations.services import SCORES, questions_of
from youthpanel.consultations.view_helpers import FacilitatedPage, warn_closed
from youthpanel.models import Consultation
from youthpanel.states import ConsultationState

MAX_DIGITS: Final = 4
# Forms that were saved, by their random numbers, in the session of the facilitator.
ENTERED_SHEETS: Final = "entered_paper_sheets"
MAX_REMEMBERED: Final = 50
MAX_TOKEN_LENGTH: Final = 32
# Empty lines for an open question on paper.
PAPER_LINES: Final = 5


class EnterPaperAnswers(FacilitatedPage):
    """The questionnaire and the cards of a sheet of paper. After each submission a blank form follows.

    `n` counts the sheets since the page was opened. `sheet` is a random number of the form: a form that is sent again is not saved again.
    """

    template_name = "staff/youthpanel/consultations/paper.html"
    title = gettext_lazy("Answers from paper")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        count = _count(request.GET.get("n"))
        return self.show(*self._forms(), count=count, was_saved=bool(count))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form, cards = self._forms(request.POST)
        count, sheet = _count(request.POST.get("n")), request.POST.get("sheet", "")[:MAX_TOKEN_LENGTH]
        entered = request.session.get(ENTERED_SHEETS, [])
        if sheet and sheet in entered:
            messages.warning(request, _("This sheet was already saved. It was not saved again."))
            return redirect(f"{request.path}?n={count + 1}")
        # Not `and`: the errors of both are shown.
        is_valid = form.is_valid() & cards.is_valid()
        if is_valid and CONFIRMED not in request.POST and (personal := hints_for_author(*form.texts)):
            return self.show(form, cards, count=count, sheet=sheet, personal=personal)
        if is_valid and self._save(form, cards):
            request.session[ENTERED_SHEETS] = [*entered[1 - MAX_REMEMBERED :], sheet]
            return redirect(f"{request.path}?n={count + 1}")
        return self.show(form, cards, count=count, sheet=sheet, status=422)

    def show(
        self,
        form: QuestionnaireForm,
        cards: PaperCardsForm,
        *,
        count: int,
        was_saved: bool = False,
        sheet: str = "",
        personal: Sequence[PersonalDataHint] = (),
        status: int = 200,
    ) -> HttpResponse:
        """Show the forms; `was_saved` is whether a sheet was just saved, `personal` are hints that have to be confirmed."""
        return self.render(
            status=status,
            form=form,
            cards=cards,
            count=count,
            was_saved=was_saved,
            sheet=sheet or secrets.token_hex(8),
            personal=personal,
            is_open=self.object.state == ConsultationState.OPEN,
        )

    def _forms(self, data: Any = None) -> tuple[QuestionnaireForm, PaperCardsForm]:
        form = questionnaire_form(self.object, data)
        statements = cards_on_paper(self.object)
        form.may_be_empty = bool(statements)
        return form, PaperCardsForm(data, statements=statements, questions=len(form.questions))

    def _save(self, form: QuestionnaireForm, cards: PaperCardsForm) -> bool:
        votes = cards.votes if cards.has_votes else {}
        if not form.answers and not votes:
            form.add_error(None, _("Enter at least one answer, or the votes on all cards."))
            return False
        try:
            save_paper_sheet(consultation=self.object, answers=form.answers, votes=votes, actor=self.user, now=self.now)
        except ActionRefused as refused:
            add_faults(form, refused)
        except EditConflict:
            form.add_error(None, _("The cards have changed in the meantime. Please look at them again."))
        except NotAllowedNow:
            form.add_error(None, _("Nothing was saved: the consultation is not open."))
        else:
            return True
        return False


class PrintQuestionnaire(FacilitatedPage, DetailPage[Consultation]):
    """The questionnaire and the cards on paper, with the numbers of the form for entering them."""

    template_name = "staff/youthpanel/consultations/paper_sheet.html"
    title = gettext_lazy("Questionnaire on paper")

    def get_context(self) -> dict[str, Any]:
        questions, statements = questions_of(self.object), cards_on_paper(self.object)
        return {
            **super().get_context(),
            "scores": SCORES,
            "lines": range(PAPER_LINES),
            "questions": questions,
            "statements": statements,
            "first_card": len(questions) + 1,
            "votes": [label for _value, label in VOTE_LABELS],
        }


class EnterMeetingIdeas(FacilitatedPage):
    """One idea per line, with raised hands. Either all ideas are saved or none."""

    template_name = "staff/youthpanel/consultations/bulk_entry.html"
    title = gettext_lazy("Ideas from the flipchart")

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "is_open": self.object.state == ConsultationState.OPEN}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render(typed="")

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        typed = request.POST.get("lines", "")
        lines, faults = parse_lines(typed)
        personal = [] if faults or CONFIRMED in request.POST else hints_for_author(*(line.text for line in lines))
        if personal:
            return self.render(typed=typed, personal=personal)
        if not faults:
            try:
                save_meeting_ideas(consultation=self.object, lines=lines, actor=self.user, now=self.now)
            except NotAllowedNow:
                warn_closed(request)
            else:
                message = ngettext("%(n)d idea was saved.", "%(n)d ideas were saved.", len(lines)) % {"n": len(lines)}
                messages.success(request, message)
                return redirect("admin:youthpanel-discussion", self.object.pk)
        return self.render(status=422, typed=typed, faults=faults)


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else 0
