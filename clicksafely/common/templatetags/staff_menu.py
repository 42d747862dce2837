"""Template tag for the menu of the staff site."""

from collections.abc import Sequence

from django import template
from django.template.context import RequestContext

from clicksafely.common.staff.menu import MenuLink, groups_for, own_links
from clicksafely.common.staff.waiting import count_waiting

register = template.Library()


@register.inclusion_tag("staff/menu.html", takes_context=True)
def staff_menu(context: RequestContext) -> dict[str, object]:
    """Draw the groups permitted to the user, with the current page marked and numbers of waiting rows."""
    request = context["request"]
    groups = groups_for(request.user)
    current = _current([*own_links(), *(link for _heading, links in groups for link in links)], request.path)
    return {
        "own": own_links(),
        "groups": [
            (
                heading,
                [(link, count_waiting(link.target, request.user)) for link in links],
                any(link is current for link in links),
            )
            for heading, links in groups
        ],
        "current": current,
    }


def _current(links: Sequence[MenuLink], path: str) -> MenuLink | None:
    """Return the link of the page or, on the page of a record, of its list."""
    above = [
        (url, link)
        for link in links
        for url in (link.url, *link.pages)
        if path.startswith(url) and (link.target != "index" or path == url)
    ]
    return max(above, key=lambda found: len(found[0]), default=("", None))[1]
