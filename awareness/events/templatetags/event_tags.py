"""Template filters of events."""

from django import template

from clicksafely.common.places import town_name

register = template.Library()
register.filter(town_name)
