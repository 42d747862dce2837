"""Permissions of a role as checkboxes: folded by app, with labels in the active language."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from django.apps import apps
from django.contrib.auth.models import Permission
from django.forms import CheckboxSelectMultiple
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy

ACTIONS: Final = {
    "view": pgettext_lazy("permission", "view"),
    "add": pgettext_lazy("permission", "add"),
    "change": pgettext_lazy("permission", "change"),
    "delete": pgettext_lazy("permission", "delete"),
}


class FoldedCheckboxes(CheckboxSelectMultiple):
    """Checkboxes in groups, each folded under its name and the number of ticked ones."""

    template_name = "staff/folded_checkboxes.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the number of ticked checkboxes of each group."""
        context = super().get_context(name, value, attrs)
        context["widget"]["groups"] = [
            (group, options, sum(option["selected"] for option in options))
            for group, options, _index in context["widget"]["optgroups"]
        ]
        return context


def permission_choices(permissions: Iterable[Permission]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the permissions, which are ordered by app, as grouped choices. Reads their content types."""
    return [
        (str(apps.get_app_config(app).verbose_name), [(each.pk, _label(each)) for each in group])
        for app, group in groupby(permissions, lambda permission: permission.content_type.app_label)
    ]


def _label(permission: Permission) -> str:
    """Return the translated name; Django's own permissions are named in English by the model's `verbose_name`."""
    model = permission.content_type.model_class()
    action = permission.codename.removesuffix(f"_{permission.content_type.model}")
    if model is None or action not in ACTIONS:
        return gettext(permission.name)
    return f"{capfirst(model._meta.verbose_name_plural)}: {ACTIONS[action]}"
