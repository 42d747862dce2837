"""A consultation as members see it, for coordinators. Its forms cannot be submitted."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from clicksafely.common.staff.live_preview import render_public
from youthpanel.consultations.forms import questionnaire_form
from youthpanel.consultations.opinions import current_round
from youthpanel.consultations.participation.cards import CardsForm
from youthpanel.models import Consultation


def show_consultation(
    request: HttpRequest, consultation: Consultation, code: str, *, is_unsaved: bool = False
) -> HttpResponse:
    """Return the page in the language `code`. `is_unsaved`: the rows are those of a form, which is not saved."""

    def read_context() -> dict[str, Any]:
        opinion_round = current_round(consultation)
        return {
            "consultation": consultation,
            "phases": list(consultation.phases.all()),
            "form": questionnaire_form(consultation),
            "cards": CardsForm(statements=list(opinion_round.statements.all())) if opinion_round else None,
            "is_unsaved": is_unsaved,
        }

    return render_public(request, "public/youthpanel/consultation_preview.html", read_context, code=code)
