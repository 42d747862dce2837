"""What the portal is made of, in the order in which templates, commands and tasks of one name are looked for. Nothing here depends on the environment."""

from typing import Final

APPS: Final = [
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "clicksafely.apps.StaffAdminConfig",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "django_prose_editor",
    "clicksafely.common",
    "clicksafely.keeping",
    "clicksafely.watching",
    "awareness.topics",
    "awareness.editorial",
    "awareness.library",
    "awareness.quizzes",
    "awareness.games",
    "awareness.events",
    "awareness.gathering",
    "youthpanel",
    "hotline",
]
