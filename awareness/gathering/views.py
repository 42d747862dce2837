"""The page of the search: one box, results by rank, kinds to choose from, and a way on from whatever was typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness.gathering.pages import PAGE
from awareness.gathering.searching import Found, read, search
from awareness.gathering.selectors import PER_PAGE, RANKED, next_change
from awareness.gathering.synonyms import thesaurus_during
from awareness.topics.selectors import visible_topics
from clicksafely.common.cacheable import changes_at, public_page
from clicksafely.common.findable import findables
from clicksafely.common.methods import read_only
from clicksafely.common.script import in_script

MOST_DIGITS = 4


@read_only
@public_page(params=("q", "kind", "page"))
def search_page(request: HttpRequest) -> HttpResponse:
    """What fits `q`, of one `kind` where that is chosen; a kind or page that makes no sense is told and left out.

    The page is kept like every other: it is the same for everybody, and words longer than the page cache's limit are not kept.
    """
    now, shown_in = timezone.now(), get_language()
    language = "en" if shown_in == "en" else "sr"
    query = read(request.GET.get("q", ""), language)
    kind, page = request.GET.get("kind", ""), request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= MOST_DIGITS else 0
    found = search(query, language, thesaurus_during(request, language), now, kind=kind, page=number)
    changes_at(request, next_change(now))
    labels = kind_labels()
    mended = in_script(found.mended, shown_in)
    slip = bool(found.results) and _is_slip(found, kind, page)
    return render(
        request,
        "awareness/search.html",
        {
            "found": found,
            "results": [(result, labels[result.kind]) for result in found.results],
            "first": (found.page - 1) * PER_PAGE + 1,
            "mended": mended,
            # What the links to kinds and pages of these results look for.
            "sought": mended or query.text,
            "kinds": [(each, labels[each], found.counts[each]) for each in labels if each in found.counts],
            "of_all": sum(found.counts.values()),
            "slip": slip,
            "ranked": RANKED,
            "topics": visible_topics(now) if not found.results else (),
            # What makes no sense is not carried on to the other languages.
            "kept_params": () if query.fault else ("q",) if slip else ("q", "kind", "page"),
        },
    )


def kind_labels() -> dict[str, str | Promise]:
    """What each kind is called in a list of kinds, in the order of the list."""
    labels: dict[str, str | Promise] = {findable.kind: findable.label for findable in findables()}
    return labels | {PAGE: _("Pages of the Centre")}


def _is_slip(found: Found, kind: str, page: str) -> bool:
    """Whether the address asked for a kind or page that is not there."""
    return found.kind != kind or page != str(found.page)
