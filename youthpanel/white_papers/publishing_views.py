"""Preview of a White Paper, and its publication."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clicksafely.common.documents.typst import TypstError
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.permissions import has_role_permission
from youthpanel.models import EditionDraft, EditionFormat, WhitePaper
from youthpanel.white_papers import publishing
from youthpanel.white_papers.admin_base import actor_of
from youthpanel.white_papers.content import is_untranslated
from youthpanel.white_papers.documents.formats import FILE_VARIANTS, MEDIA_TYPES
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.exceptions import EditionInProgress, NotPublishable
from youthpanel.white_papers.forms import IssueForm
from youthpanel.white_papers.layout import EditionInfo, lay_out
from youthpanel.white_papers.publication_checks import PublicationProblem, publication_problems, publication_remarks
from youthpanel.white_papers.snapshot import build_snapshot

VIEW, ISSUE = "youthpanel.view_whitepaper", "youthpanel.add_edition"


def preview(request: HttpRequest, object_id: int, code: str) -> HttpResponse:
    """The page of the next edition in the language `code`, in the layout of the public site."""
    paper = _paper(request, object_id, code)
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    now = timezone.now()
    # From here on the request counts as one of the public site, so that the Latin middleware transliterates the page.
    request.LANGUAGE_CODE = code
    with translation.override(code):
        content = build_snapshot(paper, now)
        laid = lay_out(content, EditionInfo(None, now, {"sr": "", "en": ""}), code)
        title_lang = LANGUAGES[SERBIAN].tag if is_untranslated(content["title"], code) else ""
        response = render(request, "public/youthpanel/preview.html", {"laid": laid, "title_lang": title_lang})
    response.headers["Content-Language"] = LANGUAGES[code].tag
    return response


def preview_file(request: HttpRequest, object_id: int, code: str, form: str) -> HttpResponse:
    """The next edition as PDF or DOCX."""
    paper = _paper(request, object_id, code)
    if form not in EditionFormat.values:
        raise Http404
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    now = timezone.now()
    about = EditionInfo(None, now, {"sr": "", "en": ""})
    try:
        made = render_file(build_snapshot(paper, now), about, language=code, form=EditionFormat(form))
    except TypstError:
        messages.error(request, _not_set())
        return HttpResponseRedirect(reverse("admin:youthpanel-paper-publish", args=[object_id]))
    response = HttpResponse(made, content_type=MEDIA_TYPES[EditionFormat(form)])
    response.headers["Content-Disposition"] = f'inline; filename="{paper.slug}-{code}.{form}"'
    return response


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, object_id: int) -> HttpResponse:
    """Problems, remarks and the button; while files are rendered, the progress."""
    if not has_role_permission(request.user, ISSUE):
        raise PermissionDenied
    paper = get_object_or_404(WhitePaper, pk=object_id)
    proof = EditionDraft.objects.filter(paper=paper).first()
    if request.method == "POST" and proof is not None:
        return _act_on_proof(request, paper, proof)
    now = timezone.now()
    content, latest = build_snapshot(paper, now), paper.editions.first()
    remarks = publication_remarks(content)
    sent = request.POST if request.method == "POST" else None
    form = IssueForm(sent, again=latest is not None, remarks=bool(remarks))
    problems = publication_problems(content, latest=latest) if proof is None else []
    if sent is not None and form.is_valid():
        try:
            revision = int(sent["revision"]) if sent.get("revision", "").isdecimal() else 0
            publishing.start_edition(
                paper=paper, changes=form.changes, actor=actor_of(request), now=now, revision=revision
            )
            return HttpResponseRedirect(reverse("admin:youthpanel-paper-publish", args=[object_id]))
        except NotPublishable as refusal:
            problems = refusal.problems
        except EditionInProgress:
            return HttpResponseRedirect(reverse("admin:youthpanel-paper-publish", args=[object_id]))
    context = _context(request, paper, form, problems)
    context |= {"remarks": remarks, "latest": latest, "next": latest.number + 1 if latest else 1, "proof": proof}
    if proof is not None:
        done = proof.files.count()
        context |= {"done": done, "all": len(FILE_VARIANTS), "late": proof.asked_at < now - publishing.RESUME_AFTER}
    return render(
        request, "staff/youthpanel/white_papers/publish.html", context, status=422 if sent is not None else 200
    )


def _context(
    request: HttpRequest, paper: WhitePaper, form: IssueForm, problems: list[PublicationProblem]
) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": _("Issue an edition"),
        "paper": paper,
        "form": form,
        "problems": problems,
        "languages": LANGUAGES.items(),
    }


def _act_on_proof(request: HttpRequest, paper: WhitePaper, proof: EditionDraft) -> HttpResponse:
    if "drop" in request.POST:
        publishing.cancel_edition(proof=proof, actor=actor_of(request), now=timezone.now())
    elif proof.failed:
        publishing.retry_edition(proof=proof)
    return HttpResponseRedirect(reverse("admin:youthpanel-paper-publish", args=[paper.pk]))


def _paper(request: HttpRequest, object_id: int, code: str) -> WhitePaper:
    if not has_role_permission(request.user, VIEW):
        raise PermissionDenied
    if code not in LANGUAGES:
        raise Http404
    return get_object_or_404(WhitePaper, pk=object_id)


def _not_set() -> str:
    return _("The PDF cannot be set. There may be a letter in the text that our typeface does not have.")
