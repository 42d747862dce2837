"""Exceptions of the services of alerts."""

from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import ActionRefused


class AlertNotOpen(ActionRefused):
    reason = _("This alert is no longer open.")


class NotReachable(ActionRefused):
    reason = _("This person cannot be alerted: add a channel, or an e-mail address to the account.")
    field = "person"


class InvalidAddress(ActionRefused):
    reason = _("No message can be sent to this e-mail address.")
    field = "address"


class InvalidWebhook(ActionRefused):
    reason = _("Enter an address that begins with https://, at a host that the administrator has permitted.")
    field = "address"


class InvalidHost(ActionRefused):
    reason = _("Enter the name of a host, for example alerts.example.org.")
    field = "host"


class ChannelExists(ActionRefused):
    reason = _("This person has this channel already.")
    field = "address"


class NoRecipient(ActionRefused):
    reason = _("A test cannot be sent: no person is on duty, and your account has no address.")
