"""Template filter for referral problems."""

from django import template

from hotline.referral.labels import referral_problem

register = template.Library()
register.filter(referral_problem)
