"""Staff pages of a White Paper: previews of the next edition, its publication, and letters of addressees."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clicksafely.common.documents.typst import TypstError
from clicksafely.common.documents.validation import PDF
from clicksafely.common.files.file_response import send_file
from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.serbian.search_folding import slugify
from clicksafely.common.staff.pages import ActionPage, FormPage, StaffPage
from clicksafely.common.staff.site import staff_view
from youthpanel.meetings.storage import letter_path
from youthpanel.models import EditionDraft, EditionFormat, Response, ResponseLetter, WhitePaper
from youthpanel.white_papers import letters, publishing
from youthpanel.white_papers.documents.formats import FILE_VARIANTS, MEDIA_TYPES
from youthpanel.white_papers.documents.render import render_file
from youthpanel.white_papers.exceptions import EditionInProgress, NotPublishable
from youthpanel.white_papers.forms import IssueForm, LetterForm
from youthpanel.white_papers.preview import next_edition, show_paper
from youthpanel.white_papers.publication_checks import publication_problems, publication_remarks
from youthpanel.white_papers.snapshot import build_snapshot


class PaperPage(StaffPage[WhitePaper]):
    """Base of the pages of one White Paper beside its form. The page to publish an edition is their start page."""

    def get_object(self) -> WhitePaper:
        return get_object_or_404(WhitePaper, pk=self.kwargs["object_id"])

    def get_url(self) -> str:
        return reverse("admin:youthpanel-paper-publish", args=[self.object.pk])


class PreviewPage(PaperPage):
    """Base of the previews of the next edition in the language `code`."""

    permissions = ("youthpanel.view_whitepaper",)

    def get_object(self) -> WhitePaper:
        if self.kwargs["code"] not in LANGUAGES:
            raise Http404
        return super().get_object()


class Preview(PreviewPage):
    """The page of the next edition, in the layout of the public site."""

    def get(self, request: HttpRequest, *, code: str, **kwargs: Any) -> HttpResponse:
        return show_paper(request, self.object, code)


class PreviewFile(PreviewPage):
    """The next edition as PDF or DOCX."""

    def get(self, request: HttpRequest, *, code: str, form: str, **kwargs: Any) -> HttpResponse:
        if form not in EditionFormat.values:
            raise Http404
        content = build_snapshot(self.object, self.now)
        try:
            file_content = render_file(content, next_edition(self.now), language=code, form=EditionFormat(form))
        except TypstError:
            messages.error(
                request,
                _("The PDF could not be created. The text may contain a character that is missing from our typeface."),
            )
            return redirect(self.get_url())
        response = HttpResponse(file_content, content_type=MEDIA_TYPES[EditionFormat(form)])
        response.headers["Content-Disposition"] = f'inline; filename="{self.object.slug}-{code}.{form}"'
        return response


class PublishEdition(PaperPage, FormPage[WhitePaper, IssueForm]):
    """Problems, remarks and the form; while files are rendered, the progress."""

    permissions = ("youthpanel.add_edition",)
    template_name = "staff/youthpanel/white_papers/publish.html"
    title = gettext_lazy("Publish an edition")
    form_class = IssueForm

    def get_object(self) -> WhitePaper:
        paper = super().get_object()
        self.draft = EditionDraft.objects.filter(paper=paper).first()
        self.latest = paper.editions.first()
        self.content = build_snapshot(paper, self.now)
        self.remarks = publication_remarks(self.content)
        return paper

    def get_initial(self) -> dict[str, Any]:
        return {"revision": self.object.revision}

    def get_form_arguments(self) -> dict[str, Any]:
        return {"again": self.latest is not None, "remarks": bool(self.remarks)}

    def get_context(self) -> dict[str, Any]:
        shown = {
            "paper": self.object,
            "languages": LANGUAGES.items(),
            "latest": self.latest,
            "next": self.latest.number + 1 if self.latest else 1,
            "draft": self.draft,
        }
        if self.draft is None:
            shown |= {"remarks": self.remarks, "problems": publication_problems(self.content, latest=self.latest)}
        else:
            shown |= {
                "done": self.draft.files.count(),
                "all": len(FILE_VARIANTS),
                "late": self.draft.requested_at < self.now - publishing.RESUME_AFTER,
            }
        return {**super().get_context(), **shown}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Publish, or cancel or retry the edition in progress."""
        if self.draft is None:
            return super().post(request, **kwargs)
        if "stop" in request.POST:
            publishing.cancel_edition(draft=self.draft, actor=self.user, now=self.now)
        elif self.draft.failed:
            publishing.retry_edition(draft=self.draft)
        return redirect(self.get_url())

    def save(self, form: IssueForm) -> HttpResponse | None:
        revision = form.cleaned_data["revision"]
        try:
            publishing.start_edition(
                paper=self.object, changes=form.changes, actor=self.user, now=self.now, revision=revision
            )
        except NotPublishable as refused:
            return self.render(status=422, form=form, problems=refused.problems)
        except EditionInProgress:
            # The page shows its progress.
            pass
        return None


class ResponsePage(StaffPage[Response]):
    """Base of the pages about the letters of one response."""

    def get_object(self) -> Response:
        return get_object_or_404(Response, pk=self.kwargs["object_id"])

    def get_url(self) -> str:
        return reverse("admin:youthpanel_response_change", args=[self.object.pk])


class AddLetter(ResponsePage, FormPage[Response, LetterForm]):
    """Attach a letter, which is public at once."""

    permissions = ("youthpanel.view_response", "youthpanel.add_responseletter")
    form_class = LetterForm
    title = gettext_lazy("Attach a letter")
    introduction = gettext_lazy("The letter is published with the answer at once.")
    success_message = gettext_lazy("The letter is published.")

    def save(self, form: LetterForm) -> None:
        letters.add_letter(
            response=self.object,
            upload=form.cleaned_data["file"],
            title=form.both("title"),
            description=form.both("description"),
            actor=self.user,
            now=self.now,
        )


class RemoveLetter(ResponsePage, ActionPage[Response]):
    """Remove a letter for good."""

    permissions = ("youthpanel.view_response", "youthpanel.delete_responseletter")
    success_message = gettext_lazy("The letter was removed.")

    def get_object(self) -> Response:
        self.letter = get_object_or_404(ResponseLetter.objects.select_related("response"), pk=self.kwargs["letter_id"])
        return self.letter.response

    def perform(self) -> None:
        letters.remove_letter(letter=self.letter, actor=self.user, now=self.now)


@staff_view("youthpanel.view_response", "youthpanel.view_responseletter")
@require_safe
def letter_file(request: HttpRequest, letter_id: int) -> HttpResponseBase:
    """Return the PDF, as on the public site, which this process does not serve."""
    letter = get_object_or_404(ResponseLetter, pk=letter_id)
    name = f"{slugify(letter.title)}.pdf"
    return send_file(request, letter_path(letter), name=name, media_type=PDF, digest=letter.sha256).response
