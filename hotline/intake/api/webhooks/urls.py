"""URLs of a partner's webhook, under the partner's page of the staff site."""

from django.urls import path

from hotline.intake.api.webhooks import views

urlpatterns = [
    path("<int:partner_id>/webhook/", views.SetWebhook.as_view(), name="hotline-set-webhook"),
    path("<int:partner_id>/webhook/test/", views.TestWebhook.as_view(), name="hotline-test-webhook"),
    path("<int:partner_id>/webhook/stop/", views.StopWebhook.as_view(), name="hotline-stop-webhook"),
    path("<int:partner_id>/webhook/start/", views.StartWebhook.as_view(), name="hotline-start-webhook"),
]
