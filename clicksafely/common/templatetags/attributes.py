"""The attributes of a field as Django's own templates write them, without a dozen steps of a template for each; pages of forms have hundreds."""

from collections.abc import Mapping
from html import escape

from django import template
from django.utils.safestring import SafeData, SafeString, mark_safe

register = template.Library()


@register.filter
def as_attributes(attrs: Mapping[str, object]) -> SafeString:
    """` name="value"` for each, ` name` for what is true, nothing for what is false."""
    return mark_safe("".join(_attribute(name, value) for name, value in attrs.items() if value is not False))  # noqa: S308 - escaped below


def _attribute(name: str, value: object) -> str:
    return f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'


def _escaped(value: object) -> str:
    return str(value) if isinstance(value, SafeData) else escape(str(value))
