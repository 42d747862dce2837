"""URLs of safeguarding notes in the admin."""

from django.urls import path

from youthpanel.safeguarding import sending_views, views

NOTES = "safeguarding/"
NOTE = f"{NOTES}<int:note_id>/"
urlpatterns = [
    path(NOTES, views.Notes.as_view(), name="youthpanel-safeguarding"),
    path(f"{NOTES}add/", views.AddNote.as_view(), name="youthpanel-safeguarding-add"),
    path(f"{NOTES}saved/", views.NoteSaved.as_view(), name="youthpanel-safeguarding-saved"),
    path(f"{NOTES}send/idea/<uuid:uuid>/", sending_views.SendIdea.as_view(), name="youthpanel-safeguarding-idea"),
    path(f"{NOTES}send/post/<uuid:uuid>/", sending_views.SendPost.as_view(), name="youthpanel-safeguarding-post"),
    path(
        f"{NOTES}send/answer/<int:consultation_id>/",
        sending_views.SendAnswer.as_view(),
        name="youthpanel-safeguarding-answer",
    ),
    path(NOTE, views.ShowNote.as_view(), name="youthpanel-safeguarding-note"),
    path(f"{NOTE}open/", views.OpenNote.as_view(), name="youthpanel-safeguarding-open"),
    path(f"{NOTE}take/", views.TakeNote.as_view(), name="youthpanel-safeguarding-take"),
    path(f"{NOTE}hand-over/", views.HandOver.as_view(), name="youthpanel-safeguarding-hand-over"),
    path(f"{NOTE}actions/add/", views.PlanAction.as_view(), name="youthpanel-safeguarding-plan"),
    path(f"{NOTE}actions/<int:action_id>/done/", views.FinishAction.as_view(), name="youthpanel-safeguarding-finish"),
    path(f"{NOTE}identity/", views.OpenIdentity.as_view(), name="youthpanel-safeguarding-identity"),
    path(f"{NOTE}contacts/", views.OpenContacts.as_view(), name="youthpanel-safeguarding-contacts"),
    path(f"{NOTE}close/", views.CloseNote.as_view(), name="youthpanel-safeguarding-close"),
]
