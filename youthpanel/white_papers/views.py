"""Public views of editions: the page, and the published files."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import LANGUAGES, SERBIAN
from clicksafely.common.page_cache.decorators import public_page
from clicksafely.common.page_metadata import build_absolute_url, json_ld
from clicksafely.common.serbian.scripts import to_script
from youthpanel.models import Edition, EditionFormat, Handover
from youthpanel.white_papers import selectors
from youthpanel.white_papers.content import BilingualText, is_untranslated
from youthpanel.white_papers.documents.formats import MEDIA_TYPES
from youthpanel.white_papers.layout import EditionInfo, LaidOutEdition, lay_out

MAX_DIGITS = 4


class FileAltered(Exception):
    """The content of a file does not match its published digest."""


@read_only
@public_page(params=("edition",))
def white_paper(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the newest edition of a White Paper, or the one in `?edition=`."""
    edition = _find_edition(request, slug)
    editions = selectors.editions_of(edition.paper)
    code = request.LANGUAGE_CODE
    layout = lay_out(edition.content, edition_info(edition), code)
    context = {
        "edition": edition,
        "editions": editions,
        "is_newest": edition.number == editions[0].number,
        "layout": layout,
        "title_lang": LANGUAGES[SERBIAN].tag if is_untranslated(edition.content["title"], code) else "",
        "files": selectors.files_of(edition),
        "handovers": Handover.objects.filter(edition=edition).order_by("on", "id"),
        "edition_query": f"&edition={edition.number}" if edition.number != editions[0].number else "",
        "data": json_ld(_description(request, edition, layout)),
    }
    return render(request, "public/youthpanel/white_paper.html", context)


@read_only
@public_page(params=("edition", "lang"))
def white_paper_file(request: HttpRequest, slug: str, form: EditionFormat) -> HttpResponse:
    """Return a published file in the language of the URL or of `?lang=`. Its digest is verified before it is sent."""
    code = request.GET.get("lang", request.LANGUAGE_CODE)
    if code not in LANGUAGES:
        raise Http404
    edition = _find_edition(request, slug)
    file = edition.files.filter(language=code, format=form).first()
    if file is None:
        raise Http404
    content = bytes(file.content)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileAltered(f"file {file.pk}")
    response = HttpResponse(content, content_type=MEDIA_TYPES[form])
    name = f"{slug}-{edition.number}-{code}.{form}"
    response.headers["Content-Disposition"] = (
        f'{"inline" if form == EditionFormat.PDF else "attachment"}; filename="{name}"'
    )
    response.headers["Content-Language"] = LANGUAGES[code].tag
    return response


def edition_info(edition: Edition) -> EditionInfo:
    """Number, date and changes of the edition."""
    changes: BilingualText = {code: getattr(edition, f"changes_{code}") or "" for code in ("sr", "en")}  # type: ignore[assignment]
    return EditionInfo(edition.number, edition.issued_at, changes)


def _find_edition(request: HttpRequest, slug: str) -> Edition:
    number = request.GET.get("edition")
    if number is not None and not (number.isascii() and number.isdecimal() and len(number) <= MAX_DIGITS):
        raise Http404
    edition = selectors.find_edition(slug, int(number) if number is not None else None)
    if edition is None:
        raise Http404
    return edition


def _description(request: HttpRequest, edition: Edition, layout: LaidOutEdition) -> dict[str, Any]:
    """Return the edition for search engines, as a schema.org `Report`."""
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": layout.title,
        "inLanguage": layout.tag,
        "version": str(edition.number),
        "datePublished": localdate(edition.issued_at).isoformat(),
        "url": build_absolute_url(request, reverse("white-paper", args=[edition.paper.slug])),
        "publisher": {
            "@type": "Organization",
            "name": to_script(_("Click Safely"), request.LANGUAGE_CODE),
            "url": build_absolute_url(request, reverse("home")),
        },
    }
