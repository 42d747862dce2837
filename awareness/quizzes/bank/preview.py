"""A question as players see it, out of a form that nobody has saved."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_POST

from awareness.quizzes.asking import asked
from awareness.quizzes.bank.drafting import drafted_question
from awareness.quizzes.printing.sheet import sheet_of
from awareness.quizzes.questions.kinds import Kind
from awareness.quizzes.telling import told
from clicksafely.common.language import ENGLISH, LANGUAGES
from clicksafely.common.permissions import duty_required

SEED = "preview"


@duty_required("quizzes.view_question")
@require_POST
def preview(request: HttpRequest) -> HttpResponseBase:
    """The question of the form, and what is said after it; nothing is kept."""
    question = drafted_question(request.POST)
    language = ENGLISH if request.POST.get("preview_language") == ENGLISH else translation.get_language()
    with translation.override(language):
        context = {
            "question": asked(question, language=language, seed=SEED),
            "told": told(question, None, None, language=language, seed=SEED),
            "story": sheet_of([question], language=language, seed=SEED)[0] if question.kind == Kind.SCENARIO else None,
            "tag": LANGUAGES[language].tag,
            "is_empty": not question.text and not question.choices,
        }
        return render(request, "staff/quizzes/preview.html", context)
