"""Admin of news: an article and its blocks on one form."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from awareness.news.blocks import media_path
from awareness.news.editor_hints import article_hints
from awareness.news.files import rendition, widths_of
from awareness.news.forms import BlockForm, BlockFormSet
from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.news.upload_handlers import ArticleUploadHandler
from awareness.news.widgets import FocalPointInput
from awareness.publishing.admin_base import EXPORT_CONTENT_LISTS, PUBLICATION_FIELDSET, PartInline, PublicationAdmin
from awareness.publishing.editor_hints import EditorHint
from awareness.publishing.models import Publication
from awareness.topics.admin_mixins import TOPICS_FIELDSET, TopicsMixin
from clicksafely.common.files.upload_handlers import DiskUploadHandler
from clicksafely.common.staff.exports import ExportMixin


class BlockInline(PartInline):
    model = ArticleBlock
    form = BlockForm
    formset = BlockFormSet
    extra = 0
    # DATA_UPLOAD_MAX_NUMBER_FIELDS allows for this many.
    max_num = 80
    rich_text = ("text",)
    heading_levels = (2, 3)
    readonly_fields = ("stored",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("kind", "order"),
                    "heading",
                    "text",
                    "existing",
                    "upload",
                    "stored_upload",
                    "stored",
                    "alt",
                    "page",
                )
            },
        ),
        (
            _("Picture, file or video: author, focal point, captions"),
            {
                "classes": ("collapse", "of-files"),
                "fields": (
                    # In rows of their own: Django opens a folded fieldset only for errors of those.
                    "licence",
                    "credit",
                    "credit_en",
                    "focus_x",
                    "focus_y",
                    "captions_file_sr",
                    "captions_file_en",
                ),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Use the focal point widget for `focus_x`."""
        if db_field.name == "focus_x":
            kwargs["widget"] = FocalPointInput()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("stored file"))
    def stored(self, block: ArticleBlock) -> SafeString | str:
        """A link to the stored file of the block, or a dash."""
        if not block.digest:
            return "—"
        name = format_html('<span translate="no">{}</span>', block.file_name)
        if block.kind == BlockKind.IMAGE:
            small = media_path(rendition(block.digest, widths_of(block.width)[0]))
            return format_html(
                '<img class="stored-picture" src="{}" alt="" width="240"> {} ({} × {})',
                small,
                name,
                block.width,
                block.height,
            )
        return name


@admin.register(Article)
class ArticleAdmin(ExportMixin, TopicsMixin, PublicationAdmin):
    export_permission = EXPORT_CONTENT_LISTS
    export_columns = ("title", "state", "published_at", "withdrawn_at", "changed_at")
    page = "news/{slug}/"
    fieldsets = ((None, {"fields": ("title", "summary", "audience")}), TOPICS_FIELDSET, PUBLICATION_FIELDSET)
    inlines = (BlockInline,)

    def upload_handler(self, request: HttpRequest) -> DiskUploadHandler:
        """Write uploads directly to disk."""
        return ArticleUploadHandler(request)

    def editor_hints(self, record: Publication) -> list[EditorHint]:
        """Hints about the article and all its blocks."""
        return article_hints(Article.objects.prefetch_related("blocks").get(pk=record.pk))
