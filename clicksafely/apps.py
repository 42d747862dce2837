"""Puts the project's own staff site in the place of Django's default admin site, and tasks in the hands of our Celery."""

from typing import Any

from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks

# Whoever has the apps may send a task; the launcher, which has none, is spared 25 MB.
from clicksafely import celery  # noqa: F401


class StaffAdminConfig(SimpleAdminConfig):
    """The apps' admin modules come with the addresses (`urls.py`): a worker or the public door, which show none of it, is smaller for it."""

    default_site = "clicksafely.common.staff.site.StaffSite"

    def ready(self) -> None:
        """Have the checks look at all of it."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_staff_site, checks.Tags.admin)


def check_staff_site(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Django's checks of what is registered; they run before or after the addresses are looked at."""
    autodiscover()
    found: list[checks.CheckMessage] = check_admin_app(app_configs, **kwargs)
    return found
