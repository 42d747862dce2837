"""Addresses of consultations in the staff site."""

from django.urls import path

from youthpanel.consultations import bulk_entry_views, moderation_views, quote_views, results_views, workflow_views

ONE = "youthpanel/consultations/<int:consultation_id>/"
urlpatterns = [
    path(ONE, workflow_views.stage, name="youthpanel-consultation"),
    path(f"{ONE}move/", workflow_views.move, name="youthpanel-consultation-move"),
    path(f"{ONE}preview/<slug:code>/", workflow_views.preview, name="youthpanel-consultation-preview"),
    path(f"{ONE}talk/", moderation_views.talk, name="youthpanel-talk"),
    path(f"{ONE}paper/", bulk_entry_views.paper, name="youthpanel-paper"),
    path(f"{ONE}flipchart/", bulk_entry_views.flipchart, name="youthpanel-flipchart"),
    path(f"{ONE}results/", results_views.show, name="youthpanel-results"),
    path(f"{ONE}results.xlsx", results_views.download, name="youthpanel-results-xlsx"),
    path(f"{ONE}words/", quote_views.words, name="youthpanel-words"),
    path(f"{ONE}words/quote/", quote_views.quote, name="youthpanel-quote"),
    path(f"{ONE}words/<int:quotation_id>/", quote_views.act, name="youthpanel-quotation"),
    path("youthpanel/moderation/", moderation_views.queue, name="youthpanel-moderation"),
    path("youthpanel/moderation/idea/<uuid:uuid>/", moderation_views.decide_idea, name="youthpanel-read-idea"),
    path("youthpanel/moderation/post/<uuid:uuid>/", moderation_views.decide_post, name="youthpanel-read-post"),
]
