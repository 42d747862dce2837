"""Previews on the staff site: the public pages of a record, with its draft."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, get_script_prefix, get_urlconf, resolve, set_script_prefix, set_urlconf
from django.utils import translation

from awareness.publishing.drafts import find_draft, shown_draft
from awareness.publishing.models import Draft, Publication
from awareness.publishing.shortcuts import forbid_storing
from clicksafely.common.i18n.language import LANGUAGES, LanguageLink, language_links, language_of_path
from clicksafely.common.page_cache.list_cache import bypass_caches

PUBLIC_URLS: Final = "clicksafely.urls_public"


@dataclass(frozen=True)
class Preview:
    """The record that a preview shows, with its `draft` or None. Views and templates read it as `request.preview`.

    `links` lead to the same page in every language, and are empty if the record was never saved. `form_path` leads to
    the form. `is_written`: the text is that of a form, which is not saved.
    """

    record: Model
    draft: Draft | None
    form_path: str
    links: list[LanguageLink]
    is_written: bool = False

    @property
    def is_unpublished(self) -> bool:
        """Whether the record is a publication without a publication date."""
        return isinstance(self.record, Publication) and self.record.published_at is None


def show_preview(
    request: HttpRequest,
    *,
    record: Model | None,
    page: str,
    form_path: str,
    address: str = "",
    is_written: bool = False,
    is_new: bool = False,
) -> HttpResponseBase:
    """Return the public page at the path `page`, such as "sr/topics/privacy/", with the draft of `record`.

    `address` is the path of the preview, by default that of the request. It ends with `page`. The views of the public
    site run in a transaction that is rolled back. Their URLs begin with the part of `address` before `page`.
    `is_written`: the caller has written the text to the rows of `record`, in a transaction that it rolls back.
    `is_new`: these rows did not exist before. Other public pages, and all pages without a `record`, are redirects.
    Raises Http404.
    """
    path = f"/{page}"
    language = language_of_path(path) or request.LANGUAGE_CODE
    with translation.override(language), _public_urls((address or request.path).removesuffix(page)):
        match = resolve(path)
        if record is None or not getattr(match.func, "is_shown_in_previews", False):
            return HttpResponseRedirect(_address_outside(request, path))
        # From here on the request counts as one of the public site, also for the Latin middleware.
        request.LANGUAGE_CODE = language
        shown = copy(request)
        shown.path_info, shown.resolver_match = path, match
        # A submitted form is shown by the page as a visitor requests it.
        shown.method, shown.POST = ("GET", QueryDict()) if is_written else (request.method, request.POST)
        bypass_caches(shown)
        with nullcontext(find_draft(record)) if is_written else shown_draft(record) as draft:
            query = [(name, value) for name, values in request.GET.lists() for value in values]
            links = [] if is_new else language_links(path, query)
            shown.preview = Preview(record, draft, form_path, links, is_written)  # type: ignore[attr-defined]
            response: HttpResponseBase = match.func(shown, *match.args, **match.kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
    forbid_storing(request, response)
    response.headers["Content-Language"] = LANGUAGES[language].tag
    return response


@contextmanager
def _public_urls(prefix: str) -> Iterator[None]:
    """Run a block that resolves and reverses the URLs of the public site, below the path `prefix`."""
    before = get_script_prefix(), get_urlconf()
    set_script_prefix(prefix)
    set_urlconf(PUBLIC_URLS)
    try:
        yield
    finally:
        set_script_prefix(before[0])
        set_urlconf(before[1])


def _address_outside(request: HttpRequest, path: str) -> str:
    """Return the address of a page that is no preview.

    It is on this host if this process serves the page, otherwise at `SITE_URL`.
    """
    query = request.META.get("QUERY_STRING", "")
    address = f"{path}?{query}" if query else path
    try:
        resolve(path, settings.ROOT_URLCONF)
    except Resolver404:
        return f"{settings.SITE_URL.rstrip('/')}{address}"
    return address
