"""Registers the project's admin site as the default site, the project's Celery application, and names of apps of libraries."""

from typing import Any, Final

from axes.apps import AppConfig as AxesConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# The launcher runs without apps and saves 25 MB by not importing Celery.
from clicksafely import celery  # noqa: F401

# Names of apps and models of libraries without a Serbian catalogue; permissions and deletion pages show them.
LIBRARY_NAMES: Final = (
    gettext_noop("OTP WebAuthn"),
    gettext_noop("WebAuthn credential"),
    gettext_noop("WebAuthn credentials"),
    gettext_noop("WebAuthn attestation"),
    gettext_noop("WebAuthn attestations"),
    gettext_noop("WebAuthn user handle"),
    gettext_noop("WebAuthn user handles"),
    gettext_noop("access attempt"),
    gettext_noop("access attempts"),
    gettext_noop("access attempt expiration"),
    gettext_noop("access attempt expirations"),
    gettext_noop("access failure"),
    gettext_noop("access failures"),
    gettext_noop("access log"),
    gettext_noop("access logs"),
)


class SignInLimitsConfig(AxesConfig):  # type: ignore[misc]
    """django-axes, with a name that can be translated."""

    verbose_name = _("Sign-in attempts")


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
