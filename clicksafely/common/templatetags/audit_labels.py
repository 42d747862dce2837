"""Audit events in words, for templates."""

from django import template

from clicksafely.common.audit.labels import describe

register = template.Library()
register.filter("audit_sentence", describe)
