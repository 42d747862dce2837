"""Admin of recommendations, White Papers, editions, handovers and responses."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm, Textarea
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.permissions import RolePermissionsMixin
from clicksafely.common.serbian.scripts import verbatim
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.lists import FOLDED_INLINE, CappedPaginator, ReadOnlyAdmin, UnloggedAdmin
from clicksafely.common.staff.live_preview import LivePreviewMixin
from clicksafely.common.staff.rich_text_fields import RichTextMixin, base_field_name
from clicksafely.common.staff.site import acting_user
from youthpanel.models import Chapter, Edition, Handover, Recommendation, Response, WhitePaper, WhitePaperRecommendation
from youthpanel.permissions import EXPORT_LISTS
from youthpanel.states import ResponseKind
from youthpanel.white_papers import services
from youthpanel.white_papers.forms import HandoverForm, RecommendationForm, ResponseForm, WhitePaperForm
from youthpanel.white_papers.layout import support_text
from youthpanel.white_papers.preview import show_paper, show_recommendation
from youthpanel.white_papers.publication_checks import publication_problems, publication_remarks
from youthpanel.white_papers.selectors import verify_files
from youthpanel.white_papers.snapshot import bilingual_text, build_snapshot
from youthpanel.white_papers.support import support_of


class PaperAdmin(RichTextMixin, UnloggedAdmin, TranslationAdmin[Any]):
    """A form with texts in both languages."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    class Media:
        css: ClassVar[dict[str, Any]] = {"all": ["css/staff/publishing.css", "css/staff/white_papers.css"]}

    actions: list[Any] = []


class AppendOnlyAdmin(PaperAdmin):
    """Records that are added once and never changed."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Gives the form the user, because comparing its texts with real names is audited."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = acting_user(request)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DeleteThroughServicesMixin:
    """Deletes through the services."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.delete_unpublished(record=obj, actor=acting_user(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record in queryset:
            services.delete_unpublished(record=record, actor=acting_user(request), now=timezone.now())


class RecommendationAdmin(ExportMixin, DeleteThroughServicesMixin, LivePreviewMixin, PaperAdmin):
    export_permission = EXPORT_LISTS
    export_columns = ("title", "education", "addressee", "support_shown")
    form = RecommendationForm
    list_display = ("title", "education", "addressee", "support_shown")
    readonly_fields = ("support_shown",)
    list_select_related = ("choice__question__consultation", "statement__round__consultation")
    list_filter = ("education",)
    # A short table.
    search_fields = ("title_sr", "title_en", "addressee_sr")
    in_global_search = True
    fieldsets = (
        (None, {"fields": ("title", "text", "child_text", ("education",), "addressee")}),
        (_("Sources"), {"fields": ("consultations", "meetings", "ideas"), "classes": ("collapse",)}),
        (
            _("Support"),
            {"fields": ("support_shown", "choice", "statement", ("support", "asked")), "classes": ("collapse",)},
        ),
        (_("Address"), {"fields": ("slug",), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recommendation]:
        return super().get_queryset(request).prefetch_related("ideas")

    @admin.display(description=_("support, as it is published"))
    def support_shown(self, recommendation: Recommendation) -> str:
        """The figures for publication, from votes or typed."""
        if not recommendation.pk:
            return "–"
        support = support_of(recommendation)
        if support.in_favour is None:
            return str(_("counted from votes, not published yet or fewer than five")) if support.is_counted else "–"
        return support_text(support.in_favour, support.asked or 0, voted=support.is_counted)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The text for children has a textarea of two rows."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and base_field_name(db_field) == "child_text":
            field.widget = Textarea({"rows": 2, "cols": 80, "maxlength": db_field.max_length})
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Checkboxes: Django's two-list selector is hard to use with a screen reader."""
        field = super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **kwargs)
        if field is not None:
            field.label_from_instance = verbatim  # type: ignore[assignment, method-assign]
        return field

    def show_written(self, request: HttpRequest, record: Recommendation, language: str) -> HttpResponse:
        """Return the recommendation as the White Paper shows it."""
        return show_recommendation(request, Recommendation.objects.get(pk=record.pk), language)

    def save_model(self, request: HttpRequest, obj: Recommendation, form: "ModelForm[Any]", change: bool) -> None:
        services.save_recommendation(recommendation=obj, actor=acting_user(request), now=timezone.now())


class ChapterInline(RichTextMixin, RolePermissionsMixin, TranslationStackedInline[Chapter, WhitePaper]):  # type: ignore[misc]
    model = Chapter
    template = FOLDED_INLINE
    extra = 0
    max_num = 60
    rich_text = ("text",)
    fields = (("part", "order"), "title", "text")
    # Chapters before annexes.
    ordering = ("-part", "order", "id")


class PlaceInline(RolePermissionsMixin, admin.StackedInline[WhitePaperRecommendation, WhitePaper]):
    model = WhitePaperRecommendation
    template = FOLDED_INLINE
    extra = 0
    max_num = 200
    fields = (("order", "recommendation"),)

    def get_formset(self, request: HttpRequest, obj: WhitePaper | None = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, labels={"recommendation": _("Recommendation")}, **kwargs)


class WhitePaperAdmin(DeleteThroughServicesMixin, LivePreviewMixin, PaperAdmin):
    form = WhitePaperForm
    change_form_template = "admin/youthpanel/whitepaper/change_form.html"
    rich_text = ("foreword", "method")
    list_display = ("title", "newest_edition", "changed")
    # A short table.
    search_fields = ("title_sr", "title_en")
    in_global_search = True
    fieldsets = ((None, {"fields": ("title", "foreword", "method", "slug")}),)
    inlines = (ChapterInline, PlaceInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WhitePaper]:
        """Adds the number of editions, which is the number of the newest one."""
        papers: QuerySet[WhitePaper] = super().get_queryset(request).annotate(edition_count=Count("editions"))
        return papers

    @admin.display(description=_("last changed"), ordering="changed_at")
    def changed(self, paper: WhitePaper) -> datetime:
        return paper.changed_at

    @admin.display(description=_("edition"))
    def newest_edition(self, paper: Any) -> int | str:
        return paper.edition_count or "—"

    def show_written(self, request: HttpRequest, record: WhitePaper, language: str) -> HttpResponse:
        """Return the page of the next edition."""
        return show_paper(request, WhitePaper.objects.get(pk=record.pk), language, is_unsaved=True)

    def save_model(self, request: HttpRequest, obj: WhitePaper, form: "ModelForm[Any]", change: bool) -> None:
        opened = form.cleaned_data.get("opened") if change else None
        services.save_paper(paper=obj, opened=opened, actor=acting_user(request), now=timezone.now())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds the previews, and the problems that prevent publication."""
        paper = kwargs.get("obj")
        if paper is not None:
            stored = WhitePaper.objects.get(pk=paper.pk)
            content, latest = build_snapshot(stored, timezone.now()), stored.editions.first()
            context |= {
                "opened": stored.revision,
                "languages": LANGUAGES.items(),
                "latest": latest,
                "bar_state": _("Edition %(n)s") % {"n": latest.number} if latest else _("Not published yet"),
                "problems": publication_problems(content, latest=latest),
                "remarks": publication_remarks(content),
            }
        return super().render_change_form(request, context, *args, **kwargs)


class EditionAdmin(ReadOnlyAdmin):
    empty_hint = _("An edition is published on the page of its White Paper.")
    change_form_template = "admin/youthpanel/edition/change_form.html"
    list_display = ("paper_name", "number", "issued_at", "issuer")
    list_select_related = ("paper", "issued_by")
    fields = ("paper_name", "number", "issued_at", "issuer", "changes_sr", "changes_en")
    readonly_fields = ("paper_name", "issuer")

    @admin.display(description=_("White Paper"))
    def paper_name(self, edition: Edition) -> str:
        """The current title of the paper. The title in the edition is on its page."""
        return verbatim(edition.paper)

    @admin.display(description=_("published by"))
    def issuer(self, edition: Edition) -> str:
        """The user who published the edition."""
        return verbatim(edition.issued_by.get_username())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edition]:
        """Without the content, which is large."""
        return super().get_queryset(request).defer("content")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds the files, each verified against its digest, and the handovers."""
        edition = kwargs["obj"]
        # The staff process has no public URLs.
        path = f"{request.LANGUAGE_CODE}/youth-panel/white-papers/{edition.paper.slug}/?edition={edition.number}"
        context |= {
            "checked": verify_files(edition),
            "handovers": edition.handovers.order_by("on", "id"),
            "public_address": f"{settings.SITE_URL.rstrip('/')}/{path}",
        }
        return super().render_change_form(request, context, *args, **kwargs)


class HandoverAdmin(ExportMixin, AppendOnlyAdmin):
    export_permission = EXPORT_LISTS
    export_columns = ("on", "edition_name", "recipient", "document")
    form = HandoverForm
    list_display = ("on", "edition_name", "recipient", "document")
    list_select_related = ("edition__paper",)
    fields = ("edition", "recipient", "on", "answer_by", "document")

    @admin.display(description=_("edition"))
    def edition_name(self, handover: Handover) -> str:
        """The paper and the number."""
        edition = handover.edition
        return format_html("{}: {}", verbatim(edition.paper), _("Edition %(n)s") % {"n": edition.number})

    def save_model(self, request: HttpRequest, obj: Handover, form: "ModelForm[Any]", change: bool) -> None:
        handover = services.record_handover(
            edition=obj.edition,
            recipient=bilingual_text(obj, "recipient"),
            on=obj.on,
            document=obj.document,
            answer_by=form.cleaned_data["answer_by"],
            actor=acting_user(request),
            now=timezone.now(),
        )
        obj.pk = handover.pk


class ResponseAdmin(ExportMixin, AppendOnlyAdmin):
    export_permission = EXPORT_LISTS
    export_columns = ("on", "recommendation", "kind", "source")
    form = ResponseForm
    list_display = ("on", "recommendation", "kind", "source")
    list_filter = ("kind",)
    list_select_related = ("recommendation",)
    fields = ("recommendation", "kind", "on", "promised_by", "text", "source")
    change_form_template = "admin/youthpanel/response/change_form.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds the letters."""
        response = kwargs.get("obj")
        return super().render_change_form(
            request, context | {"letters": response.letters.all() if response else ()}, *args, **kwargs
        )

    def save_model(self, request: HttpRequest, obj: Response, form: "ModelForm[Any]", change: bool) -> None:
        response = services.record_response(
            recommendation=obj.recommendation,
            kind=ResponseKind(obj.kind),
            on=obj.on,
            text=bilingual_text(obj, "text"),
            source=obj.source,
            promised_by=obj.promised_by,
            actor=acting_user(request),
            now=timezone.now(),
        )
        obj.pk = response.pk
