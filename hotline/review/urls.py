"""Addresses of the desk, under /admin/."""

from django.urls import path

from hotline.review import (
    beside_views,
    category_views,
    iccam_views,
    itemfacts_views,
    legal_views,
    notice_views,
    referring_views,
    views,
    watching_views,
)

urlpatterns = [
    path("hotline/desk/", views.desk, name="hotline-desk"),
    path("hotline/desk/take/", views.take, name="hotline-take"),
    path("hotline/case/<int:report_id>/", views.case, name="hotline-case"),
    path("hotline/case/<int:report_id>/claim/", views.claim, name="hotline-claim"),
    path("hotline/case/<int:report_id>/release/", views.release, name="hotline-release"),
    path("hotline/case/<int:report_id>/open/", views.open_sealed, name="hotline-open"),
    path("hotline/case/<int:report_id>/reveal/<int:upload_id>/", views.reveal, name="hotline-reveal"),
    path("hotline/case/<int:report_id>/assess/<int:item_id>/", views.assess, name="hotline-assess"),
    path("hotline/case/<int:report_id>/act/<int:item_id>/", views.act, name="hotline-act"),
    path("hotline/case/<int:report_id>/refer/<int:item_id>/", referring_views.refer, name="hotline-refer"),
    path("hotline/case/<int:report_id>/danger/<int:item_id>/", referring_views.refer_in_danger, name="hotline-danger"),
    path("hotline/case/<int:report_id>/withdraw/<int:referral_id>/", referring_views.withdraw, name="hotline-withdraw"),
    path("hotline/case/<int:report_id>/reason/<int:referral_id>/", referring_views.open_reason, name="hotline-reason"),
    path(
        "hotline/case/<int:report_id>/reviewed/<int:referral_id>/",
        referring_views.review_urgent,
        name="hotline-reviewed",
    ),
    path("hotline/case/<int:report_id>/hold/<int:hold_id>/", referring_views.release_hold, name="hotline-hold"),
    path(
        "hotline/case/<int:report_id>/notice-preview/<int:item_id>/",
        notice_views.preview,
        name="hotline-notice-preview",
    ),
    # Behind the admin's own addresses of the model would stand "/change/".
    path("hotline/notices/<int:notice_id>/", notice_views.notice, name="hotline-notice"),
    path("hotline/notices/<int:notice_id>/act/", notice_views.act, name="hotline-notice-act"),
    path("hotline/notices/<int:notice_id>/reply/<int:reply_id>/", notice_views.open_reply, name="hotline-notice-reply"),
    path("hotline/case/<int:report_id>/look-up/<int:item_id>/", itemfacts_views.look_up, name="hotline-look-up"),
    path("hotline/case/<int:report_id>/site-type/<int:item_id>/", itemfacts_views.site_type, name="hotline-site-type"),
    path("hotline/case/<int:report_id>/iccam/<int:iccam_id>/", iccam_views.retry, name="hotline-iccam"),
    path("hotline/case/<int:report_id>/check/<int:item_id>/", watching_views.check, name="hotline-check"),
    path("hotline/case/<int:report_id>/gone/<int:item_id>/", watching_views.gone, name="hotline-gone"),
    path("hotline/case/<int:report_id>/looked/<int:item_id>/", watching_views.looked, name="hotline-looked"),
    path("hotline/case/<int:report_id>/reply/", views.reply, name="hotline-reply"),
    path("hotline/case/<int:report_id>/set-aside/", views.set_aside, name="hotline-set-aside"),
    path("hotline/case/<int:report_id>/category/", category_views.categorise, name="hotline-category"),
    path("hotline/case/<int:report_id>/note/", beside_views.write_note, name="hotline-note"),
    path("hotline/case/<int:report_id>/reopen/", beside_views.reopen, name="hotline-reopen"),
    path("hotline/case/<int:report_id>/legal-hold/", legal_views.set_hold, name="hotline-legal-hold"),
    path(
        "hotline/case/<int:report_id>/legal-hold/<int:legal_hold_id>/release/",
        legal_views.release_hold,
        name="hotline-legal-hold-release",
    ),
    path(
        "hotline/case/<int:report_id>/legal-hold/<int:legal_hold_id>/reason/",
        legal_views.open_reason,
        name="hotline-legal-hold-reason",
    ),
    path("hotline/case/<int:report_id>/close-again/", beside_views.close_again, name="hotline-close-again"),
]
