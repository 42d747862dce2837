"""Search documents of fixed pages."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from awareness.pages.models import FixedPage, PageName
from awareness.pages.static_pages import PAGE
from awareness.publishing.search_index import publication_document
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.search_registry import SearchableModel, SearchDocument, register_searchable


def page_document(page: FixedPage) -> SearchDocument:
    """The body has the sections in order. The home page is not found."""
    if page.slug == PageName.HOME:
        return SearchDocument(words={}, url_name=page.slug)

    def texts(language: str) -> list[str]:
        parts = [getattr(page, f"{name}_{language}") for name in ("heading", "lead")]
        for section in page.sections.all():
            parts += [getattr(section, f"{name}_{language}") for name in ("title", "text")]
        return [html_to_text("\n".join(filter(None, parts)))]

    def keywords(language: str) -> list[str]:
        return [getattr(page, f"keywords_{language}") or ""]

    document = publication_document(page, keywords=keywords, texts=texts)
    return replace(document, url_name=page.slug, url_kwargs={})


def register() -> None:
    """Register the documents; called once by the app config."""
    register_searchable(SearchableModel(kind=PAGE, label=_("Pages of the Centre"), model=FixedPage, read=page_document))
