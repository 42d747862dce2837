"""Registers the project's admin site as the default site, and the project's Celery application."""

from typing import Any

from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks

# The launcher runs without apps and saves 25 MB by not importing Celery.
from clicksafely import celery  # noqa: F401


class StaffAdminConfig(SimpleAdminConfig):
    """`urls.py` imports the apps' admin modules; workers and the public process do not need them and use less memory."""

    default_site = "clicksafely.accounts.site.SignInSite"

    def ready(self) -> None:
        """Register the system check of the admin site."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_staff_site, checks.Tags.admin)


def check_staff_site(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Run Django's admin checks, independently of whether the URLs were imported before."""
    autodiscover()
    found: list[checks.CheckMessage] = check_admin_app(app_configs, **kwargs)
    return found
