"""Import and export in the staff site: choose a file, see what it would do, say yes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from awareness.quizzes.import_export.export import Exported, export_questions, export_quiz
from awareness.quizzes.import_export.import_plan import FORMATS, GIFT, JSON, ImportPlan, apply_plan, read_plan
from awareness.quizzes.import_export.text_encoding import LARGEST
from awareness.quizzes.kinds.schemas import Choice
from awareness.quizzes.models import Question, Quiz
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.permissions import role_permission_required

_SALT: Final = "quizzes.import"
# Between looking and saying yes.
_STATE_SECONDS: Final = 4 * 3600
_LANGUAGES: Final = ("sr", "en")
# Notes that are shown of one file.
MOST_NOTES: Final = 300
MOST_SHOWN: Final = 200
# More take longer than a page may; `manage.py import_questions` takes them all.
MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was chosen."""

    data: bytes
    form: str
    language: str


@role_permission_required("quizzes.add_question", "quizzes.change_question", "quizzes.add_quiz", "quizzes.change_quiz")
@require_http_methods(["GET", "HEAD", "POST"])
def import_(request: HttpRequest) -> HttpResponseBase:
    """The form; what a file would do; and, when somebody has said yes to that, doing it."""
    if request.method != "POST":
        return _show(request)
    if "state" in request.POST:
        return _confirmed(request)
    upload = request.FILES.get("file")
    form, language = request.POST.get("format", ""), request.POST.get("language", "sr")
    if upload is None or form not in dict(FORMATS) or language not in _LANGUAGES:
        return _show(request, problem=_("Choose a file and its format."), status=422)
    sent = Sent(upload.read(LARGEST + 1), form, language)
    plan = read_plan(sent.data, form, language)
    if len(plan.new) + len(plan.translated) > MOST_AT_ONCE:
        return _show(request, problem=_too_many(), status=422)
    return _show(request, plan=plan, sent=sent, status=422 if plan.faults else 200)


def questions_file(questions: "QuerySet[Question]", form: str) -> HttpResponse:
    """Questions of the bank as a download, in the language the editor works in."""
    return _attachment(export_questions(questions, form, _content_language()), "questions")


def quiz_file(quiz: Quiz, form: str) -> HttpResponse:
    """A quiz read by `find_quiz` as a download."""
    return _attachment(export_quiz(quiz, form, _content_language()), quiz.slug)


def _content_language() -> str:
    return ENGLISH if get_language() == ENGLISH else "sr"


def _attachment(exported: Exported, name: str) -> HttpResponse:
    response = HttpResponse(exported.text, content_type=exported.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{exported.ending}"'
    return response


def _confirmed(request: HttpRequest) -> HttpResponseBase:
    try:
        text, form, language = signing.loads(request.POST["state"], salt=_salt(request), max_age=_STATE_SECONDS)
    except signing.BadSignature:
        return _show(
            request, problem=_("That was too long ago, or was changed on the way. Choose the file again."), status=422
        )
    sent = Sent(text.encode("latin-1"), form, language)
    # Somebody may have taken an address in the meantime: it is looked at once more.
    plan = read_plan(sent.data, form, language)
    if plan.faults:
        return _show(request, plan=plan, sent=sent, status=422)
    quiz = apply_plan(plan=plan, actor=cast(AbstractBaseUser, request.user), now=timezone.now())
    added, translated = len(plan.new), len(plan.translated)
    messages.success(
        request,
        ngettext("%(number)d question was added to the bank.", "%(number)d questions were added to the bank.", added)
        % {"number": added},
    )
    if translated:
        messages.success(
            request,
            ngettext(
                "%(number)d question was written in one more language.",
                "%(number)d questions were written in one more language.",
                translated,
            )
            % {"number": translated},
        )
    if quiz is None:
        return redirect("admin:quizzes_question_changelist")
    messages.success(request, _("The quiz is a draft: look at it, then publish it."))
    return redirect("admin:quizzes_quiz_change", quiz.pk)


def _too_many() -> str:
    return _(
        "More than %(number)d new questions: divide the file, or ask whoever runs the system to import it with `manage.py import_questions`."
    ) % {"number": MOST_AT_ONCE}


def _salt(request: HttpRequest) -> str:
    return f"{_SALT}.{request.user.pk}"


def _show(
    request: HttpRequest,
    *,
    plan: ImportPlan | None = None,
    sent: Sent | None = None,
    problem: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    state = ""
    if plan and sent and not plan.faults:
        facts = (sent.data.decode("latin-1"), sent.form, sent.language)
        state = signing.dumps(facts, salt=_salt(request), compress=True)
    context = {
        **admin.site.each_context(request),
        "title": _("Import questions"),
        "plan": plan,
        "notes": plan.all_notes[:MOST_NOTES] if plan else (),
        "shown": list(_shown(plan)) if plan else [],
        "state": state,
        "problem": problem,
        "formats": FORMATS,
        "format": sent.form if sent else GIFT,
        "language": sent.language if sent else "sr",
        "json": JSON,
    }
    return render(request, "staff/quizzes/import.html", context, status=status)


def _shown(plan: ImportPlan) -> Iterator[dict[str, object]]:
    """The questions of a file, short."""
    for entry in plan.entries[:MOST_SHOWN]:
        question = entry.question
        if question is not None:
            yield {
                "line": entry.found.line,
                "question": question,
                "known": entry.known,
                "css": "blocking" if any(note.blocking for note in entry.notes) else "",
                "text": question.text.read(_content_language()),
                "choices": [{"text": _short(choice), "weight": choice.weight} for choice in question.choices],
            }


def _short(choice: Choice) -> str:
    text, match = choice.text.read(_content_language()), choice.match.read(_content_language())
    return f"{text} → {match}" if match else text
