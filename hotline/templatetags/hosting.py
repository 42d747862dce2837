"""Template filter for country names."""

from django import template

from hotline.hosting.countries import country_name

register = template.Library()
register.filter(country_name)
