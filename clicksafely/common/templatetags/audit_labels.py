"""Audit events in words, for templates."""

from django import template

from clicksafely.common.audit.labels import describe, subject_name

register = template.Library()
register.filter("audit_sentence", describe)
register.filter("audit_subject", subject_name)
