"""URLs of consultations in the admin."""

from django.urls import path

from youthpanel.consultations import (
    bulk_entry_views,
    moderation_views,
    opinion_views,
    quote_views,
    results_views,
    workflow_views,
)

ONE = "consultations/<int:consultation_id>/"
urlpatterns = [
    path("consultations/new/", workflow_views.AddFromTemplate.as_view(), name="youthpanel-consultation-template"),
    path(ONE, workflow_views.ShowWorkflow.as_view(), name="youthpanel-consultation"),
    path(f"{ONE}move/", workflow_views.ChangeState.as_view(), name="youthpanel-consultation-transition"),
    path(f"{ONE}copy/", workflow_views.CopyConsultation.as_view(), name="youthpanel-consultation-copy"),
    path(f"{ONE}close/", workflow_views.Close.as_view(), name="youthpanel-consultation-close"),
    path(f"{ONE}reopen/", workflow_views.UndoClosing.as_view(), name="youthpanel-consultation-reopen"),
    path(f"{ONE}preview/<slug:code>/", workflow_views.Preview.as_view(), name="youthpanel-consultation-preview"),
    path(f"{ONE}talk/", moderation_views.Discussion.as_view(), name="youthpanel-discussion"),
    path(f"{ONE}paper/", bulk_entry_views.EnterPaperAnswers.as_view(), name="youthpanel-paper-answers"),
    path(f"{ONE}paper/print/", bulk_entry_views.PrintQuestionnaire.as_view(), name="youthpanel-paper-print"),
    path(f"{ONE}flipchart/", bulk_entry_views.EnterMeetingIdeas.as_view(), name="youthpanel-meeting-ideas"),
    path(f"{ONE}cards/", opinion_views.EditStatements.as_view(), name="youthpanel-statements"),
    path(f"{ONE}cards/next/", opinion_views.StartRound.as_view(), name="youthpanel-statements-next"),
    path(f"{ONE}results/", results_views.ShowResults.as_view(), name="youthpanel-results"),
    path(f"{ONE}results/show/", results_views.RevealResults.as_view(), name="youthpanel-results-show"),
    path(f"{ONE}results.xlsx", results_views.DownloadResults.as_view(), name="youthpanel-results-xlsx"),
    path(f"{ONE}words/", quote_views.ManageQuotations.as_view(), name="youthpanel-quotations"),
    path(f"{ONE}words/quote/", quote_views.AddQuotation.as_view(), name="youthpanel-quotation-add"),
    path(f"{ONE}words/<int:quotation_id>/", quote_views.ChangeQuotation.as_view(), name="youthpanel-quotation-change"),
    path("moderation/", moderation_views.Queue.as_view(), name="youthpanel-moderation"),
    path(
        "moderation/idea/<uuid:uuid>/",
        moderation_views.ModerateIdea.as_view(),
        name="youthpanel-idea-moderate",
    ),
    path(
        "moderation/post/<uuid:uuid>/",
        moderation_views.ModeratePost.as_view(),
        name="youthpanel-post-moderate",
    ),
]
