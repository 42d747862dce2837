"""URLs of consultations in the admin."""

from django.urls import path

from youthpanel.consultations import bulk_entry_views, moderation_views, quote_views, results_views, workflow_views

ONE = "youthpanel/consultations/<int:consultation_id>/"
urlpatterns = [
    path(ONE, workflow_views.show_workflow, name="youthpanel-consultation"),
    path(f"{ONE}move/", workflow_views.change_consultation_state, name="youthpanel-consultation-transition"),
    path(f"{ONE}preview/<slug:code>/", workflow_views.preview, name="youthpanel-consultation-preview"),
    path(f"{ONE}talk/", moderation_views.discussion, name="youthpanel-discussion"),
    path(f"{ONE}paper/", bulk_entry_views.enter_paper_answers, name="youthpanel-paper-answers"),
    path(f"{ONE}flipchart/", bulk_entry_views.enter_meeting_ideas, name="youthpanel-meeting-ideas"),
    path(f"{ONE}results/", results_views.show_results, name="youthpanel-results"),
    path(f"{ONE}results.xlsx", results_views.download_results, name="youthpanel-results-xlsx"),
    path(f"{ONE}words/", quote_views.manage_quotations, name="youthpanel-quotations"),
    path(f"{ONE}words/quote/", quote_views.add_quotation, name="youthpanel-quotation-add"),
    path(f"{ONE}words/<int:quotation_id>/", quote_views.change_quotation, name="youthpanel-quotation-change"),
    path("youthpanel/moderation/", moderation_views.moderation_queue, name="youthpanel-moderation"),
    path("youthpanel/moderation/idea/<uuid:uuid>/", moderation_views.moderate_idea, name="youthpanel-idea-moderate"),
    path("youthpanel/moderation/post/<uuid:uuid>/", moderation_views.moderate_post, name="youthpanel-post-moderate"),
]
