"""What somebody typed, in sentences of the staff site."""

from django import template

from clicksafely.common.typed import as_typed

register = template.Library()
register.filter("typed", as_typed)
