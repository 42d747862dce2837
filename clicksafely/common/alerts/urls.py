"""URLs of alerts and of the duty roster, below the staff site."""

from django.urls import path

from clicksafely.common.alerts import roster_views, views

urlpatterns = [
    path("alerts/open/", views.OpenAlerts.as_view(), name="alerts-open"),
    path("alerts/<int:alert_id>/claim/", views.ClaimAlert.as_view(), name="alerts-claim"),
    path("alerts/", roster_views.Roster.as_view(), name="alerts-roster"),
    path("alerts/history/", roster_views.History.as_view(), name="alerts-history"),
    path("alerts/shifts/add/", roster_views.SaveShift.as_view(), name="alerts-shift-add"),
    path("alerts/shifts/<int:shift_id>/", roster_views.SaveShift.as_view(), name="alerts-shift"),
    path("alerts/shifts/<int:shift_id>/delete/", roster_views.DeleteShift.as_view(), name="alerts-shift-delete"),
    path("alerts/channels/add/", roster_views.AddChannel.as_view(), name="alerts-channel-add"),
    path(
        "alerts/channels/<int:channel_id>/delete/", roster_views.DeleteChannel.as_view(), name="alerts-channel-delete"
    ),
    path("alerts/rules/", roster_views.ChangeRules.as_view(), name="alerts-rules"),
    path("alerts/test/", roster_views.SendTest.as_view(), name="alerts-test"),
    path("alerts/hosts/", roster_views.Hosts.as_view(), name="alerts-hosts"),
    path("alerts/hosts/forbid/", roster_views.ForbidHost.as_view(), name="alerts-host-forbid"),
]
