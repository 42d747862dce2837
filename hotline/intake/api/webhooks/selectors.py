"""Queries of partners' webhooks."""

from django.db.models import QuerySet

from hotline.models import Partner, PartnerWebhook, WebhookMessage, WebhookStop

# Messages on the page of a partner.
LOG_LENGTH = 20


def webhook_of(partner: Partner) -> PartnerWebhook | None:
    """Return the webhook of a partner."""
    return PartnerWebhook.objects.select_related("set_by").filter(partner=partner).first()


def sending_webhooks() -> QuerySet[PartnerWebhook]:
    """Return the webhooks that messages are sent to: neither stopped nor of an inactive partner."""
    return PartnerWebhook.objects.filter(stopped_at=None, partner__active=True)


def recent_messages(webhook: PartnerWebhook) -> list[WebhookMessage]:
    """Return the newest messages of a webhook with their reports."""
    return list(webhook.messages.select_related("partner_report__report").order_by("-id")[:LOG_LENGTH])


def count_stopped() -> int:
    """Return how many webhooks of active partners are stopped, other than by staff."""
    stopped = PartnerWebhook.objects.filter(partner__active=True).exclude(stopped_at=None)
    return stopped.exclude(stop=WebhookStop.STAFF).count()
