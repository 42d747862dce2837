"""The app `youthpanel`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class YouthPanelConfig(AppConfig):
    name = "youthpanel"
    verbose_name = _("Youth panel")
