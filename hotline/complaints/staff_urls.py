"""URLs of complaints in the staff site, under /admin/. The public URL is in `hotline.urls`."""

from django.urls import path

from hotline.complaints import staff_views as views

COMPLAINT = "hotline/complaints/<int:complaint_id>/"

urlpatterns = [
    path(COMPLAINT, views.ComplaintDetail.as_view(), name="hotline-complaint"),
    path(f"{COMPLAINT}open/", views.OpenComplaint.as_view(), name="hotline-complaint-open"),
    path(f"{COMPLAINT}acknowledge/", views.AcknowledgeComplaint.as_view(), name="hotline-complaint-acknowledge"),
    path(f"{COMPLAINT}answer/", views.AnswerComplaint.as_view(), name="hotline-complaint-answer"),
]
