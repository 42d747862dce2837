"""The search over all staff lists that an account may see: a page, and suggestions of the command palette."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.staff.lists import StaffModelAdmin
from clicksafely.common.staff.menu import groups_for, own_links
from clicksafely.common.staff.pages import DetailPage

MAX_QUERY = 100
# Of each list. The list itself shows all.
MAX_HITS = 5


class SearchHit(NamedTuple):
    """A row or a page with its URL. `name` is HTML-safe."""

    name: str
    url: str


class HitGroup(NamedTuple):
    """The hits of one list. `more_url` is the list with the same search if it has further rows, else empty."""

    heading: str
    hits: Sequence[SearchHit]
    more_url: str = ""


def find_pages(user: Any, query: str) -> list[SearchHit]:
    """Return the entries of the user's menu that contain all words of `query`, in either script.

    An empty query returns all entries.
    """
    words = fold(query).split()
    groups = groups_for(user)
    return [
        SearchHit(link.label, link.url)
        for heading, links in [("", own_links()), *groups]
        for link in links
        if all(word in fold(f"{link.label} {heading}") for word in words)
    ]


def find_rows(request: HttpRequest, query: str) -> list[HitGroup]:
    """Return the rows that the user may see, by list. A list finds them as its own search does, at most `MAX_HITS`."""
    if not any(letter.isalnum() for letter in query):
        return []
    found = []
    for model, model_admin in admin.site._registry.items():
        if not (isinstance(model_admin, StaffModelAdmin) and model_admin.in_global_search):
            continue
        if not model_admin.has_view_permission(request):
            continue
        rows = list(model_admin.find_rows(request, query)[: MAX_HITS + 1])
        if not rows:
            continue
        options = model._meta
        name = f"admin:{options.app_label}_{options.model_name}"
        hits = [
            SearchHit(model_admin.name_in_search(row), reverse(f"{name}_change", args=[row.pk]))
            for row in rows[:MAX_HITS]
        ]
        more = reverse(f"{name}_changelist", query={"q": query}) if len(rows) > MAX_HITS else ""
        found.append(HitGroup(capfirst(str(options.verbose_name_plural)), hits, more))
    return found


class SearchPage(DetailPage[None]):
    """Pages of the menu and rows of lists. `?part=palette` returns only the options of the command palette."""

    permissions = ()
    title = _("Search everything")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.query = " ".join(request.GET.get("q", "")[:MAX_QUERY].split())
        self.template_name = (
            "staff/_palette_options.html" if request.GET.get("part") == "palette" else "staff/search.html"
        )

    def get_context(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "pages": find_pages(self.user, self.query),
            "groups": find_rows(self.request, self.query),
            "max_query": MAX_QUERY,
        }
