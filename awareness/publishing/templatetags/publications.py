"""Template tags: the counts of publications for the editors' dashboard, and the links that choose the reader of a page."""

from collections.abc import Sequence
from typing import Any, Final

from django import template
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awareness.publishing.audiences import READER, Audience, Level, chosen_reader
from awareness.publishing.selectors import ContentCounts, content_counts
from clicksafely.common.list_filters import PAGE

register = template.Library()

_READERS: Final[dict[str, str | Promise]] = {
    **dict(Level.choices),
    Audience.PARENTS.value: _("A parent"),
    Audience.EDUCATORS.value: _("A teacher"),
}


@register.simple_tag(name="content_counts")
def counts_of(user: AbstractBaseUser | AnonymousUser) -> Sequence[ContentCounts]:
    """Return the counts of publications that the user may change: `{% content_counts user as kinds %}`."""
    return content_counts(user, timezone.now())


@register.inclusion_tag("components/reader_choice.html", takes_context=True)
def reader_choice(context: Context, *, unfolded: bool = False) -> dict[str, Any]:
    """Show links to this page for each reader. In a list they lead to the first page.

    The link of the chosen reader leads to the page for all readers.
    """
    request: HttpRequest = context["request"]
    reader = chosen_reader(request.GET) or ""
    links = []
    for value, label in _READERS.items():
        query = request.GET.copy()
        query.pop(PAGE, None)
        query.pop(READER, None)
        if value != reader:
            query[READER] = value
        path = f"{request.path}?{query.urlencode()}" if query else request.path
        links.append((value, label, path))
    return {"links": links, "reader": reader, "chosen": _READERS.get(reader, ""), "unfolded": unfolded}
