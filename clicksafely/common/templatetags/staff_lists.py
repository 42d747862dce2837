"""Cells of staff lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from clicksafely.common.staff.saved_views import views_of
from clicksafely.common.staff.site import acting_user

register = template.Library()


@register.inclusion_tag("staff/_saved_views.html", takes_context=True)
def saved_views(context: RequestContext) -> dict[str, Any]:
    """Draw the user's saved views of the list `cl`, and the form that saves its filters."""
    request, cl = context["request"], context["cl"]
    label = cl.opts.label_lower
    query = request.GET.urlencode()
    return {
        "list": label,
        "views": views_of(acting_user(request), label),
        "query": query,
        "can_save": any(spec.used_parameters for spec in cl.filter_specs),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def chosen_filters(cl: Any) -> list[tuple[Any, Any, str]]:
    """Return the chosen filters of a list of a `RegisterAdmin`: title, label of the value, query without the filter."""
    return [
        (spec.title, chosen, cl.get_query_string(remove=[spec.parameter_name]))
        for spec in cl.filter_specs
        if (chosen := spec.chosen()) is not None
    ]


@register.simple_tag
def labelled_cell(cell: SafeString, headers: Sequence[Mapping[str, Any]], column: int) -> SafeString:
    """Return a cell as Django draws it (`<td ...>` or `<th ...>`) with the heading of its column as `data-label`."""
    header = headers[column]
    # The column of check boxes has a check box as its heading.
    if not header.get("text") or "action-checkbox-column" in header.get("class_attrib", ""):
        return cell
    label = f' data-label="{escape(capfirst(str(header["text"])))}"'
    return mark_safe(f"{cell[:3]}{label}{cell[3:]}")  # noqa: S308 - the label is escaped, the cell is Django's
