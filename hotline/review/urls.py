"""URLs of case review, under /admin/."""

from django.urls import path

from hotline.review import closing_views, referral_views, takedown_views, views, welfare_views

urlpatterns = [
    path("hotline/desk/", views.MyWork.as_view(), name="hotline-my-work"),
    path("hotline/desk/take/", welfare_views.TakeNextCase.as_view(), name="hotline-take-next-case"),
    path("hotline/desk/break/", welfare_views.TakeBreak.as_view(), name="hotline-take-break"),
    path("hotline/desk/back/", welfare_views.FinishBreak.as_view(), name="hotline-finish-break"),
    path("hotline/welfare/", welfare_views.Welfare.as_view(), name="hotline-welfare"),
    path("hotline/welfare/figures.csv", welfare_views.WelfareFile.as_view(), name="hotline-welfare-csv"),
    path("hotline/welfare/pictures/", welfare_views.SaveDisplayPreference.as_view(), name="hotline-display-preference"),
    path("hotline/address/<int:item_id>/", views.ItemAddress.as_view(), name="hotline-item-address"),
    path("hotline/case/<int:report_id>/", views.case, name="hotline-case"),
    path("hotline/case/<int:report_id>/changes/", views.changes, name="hotline-case-changes"),
    path("hotline/case/<int:report_id>/claim/", views.claim, name="hotline-claim-case"),
    path("hotline/case/<int:report_id>/release/", views.release, name="hotline-release-case"),
    path("hotline/case/<int:report_id>/open/", views.open_sealed, name="hotline-open-sealed"),
    path("hotline/case/<int:report_id>/address/<int:item_id>/", views.open_address, name="hotline-open-address"),
    path("hotline/case/<int:report_id>/reveal/<int:upload_id>/", views.reveal, name="hotline-reveal-picture"),
    path("hotline/case/<int:report_id>/reveal/", views.reveal_all, name="hotline-reveal-pictures"),
    path(
        "hotline/case/<int:report_id>/elsewhere/<int:item_id>/",
        views.opened_elsewhere,
        name="hotline-opened-elsewhere",
    ),
    path(
        "hotline/case/<int:report_id>/suspect/<int:upload_id>/",
        views.suspect,
        name="hotline-suspect-picture",
    ),
    path(
        "hotline/case/<int:report_id>/free/<int:upload_id>/",
        views.withdraw_suspicion,
        name="hotline-withdraw-suspicion",
    ),
    path("hotline/case/<int:report_id>/pictures/", views.refer_pictures, name="hotline-refer-pictures"),
    path("hotline/case/<int:report_id>/assess/<int:item_id>/", views.assess, name="hotline-assess-item"),
    path("hotline/case/<int:report_id>/act/<int:item_id>/", views.act, name="hotline-record-action"),
    path("hotline/case/<int:report_id>/refer/<int:item_id>/", referral_views.refer, name="hotline-refer-item"),
    path(
        "hotline/case/<int:report_id>/danger/<int:item_id>/",
        referral_views.refer_urgently,
        name="hotline-refer-urgently",
    ),
    path(
        "hotline/case/<int:report_id>/withdraw/<int:referral_id>/",
        referral_views.withdraw,
        name="hotline-withdraw-referral",
    ),
    path(
        "hotline/case/<int:report_id>/handed-over/<int:referral_id>/",
        referral_views.record_handover,
        name="hotline-record-handover",
    ),
    path(
        "hotline/case/<int:report_id>/reason/<int:referral_id>/",
        referral_views.open_reason,
        name="hotline-urgent-reason",
    ),
    path(
        "hotline/case/<int:report_id>/reviewed/<int:referral_id>/",
        referral_views.review_urgent,
        name="hotline-review-urgent",
    ),
    path(
        "hotline/case/<int:report_id>/hold/<int:hold_id>/",
        referral_views.release_hold,
        name="hotline-release-police-hold",
    ),
    path(
        "hotline/case/<int:report_id>/notice-preview/<int:item_id>/",
        takedown_views.NoticePreview.as_view(),
        name="hotline-notice-preview",
    ),
    # Under the admin's own URLs of the model, "/change/" would be appended.
    path("hotline/notices/<int:notice_id>/", takedown_views.NoticeDetail.as_view(), name="hotline-notice"),
    path("hotline/notices/<int:notice_id>/act/", takedown_views.ActOnNotice.as_view(), name="hotline-notice-act"),
    path(
        "hotline/notices/<int:notice_id>/send-now/",
        takedown_views.SendNoticeNow.as_view(),
        name="hotline-notice-send-now",
    ),
    path(
        "hotline/notices/<int:notice_id>/messages/",
        takedown_views.OpenNoticeMessages.as_view(),
        name="hotline-notice-messages",
    ),
    path(
        "hotline/notices/<int:notice_id>/reply/<int:reply_id>/",
        takedown_views.OpenNoticeReply.as_view(),
        name="hotline-notice-reply",
    ),
    path(
        "hotline/case/<int:report_id>/police-preview/<int:item_id>/",
        referral_views.preview_package,
        name="hotline-police-preview",
    ),
    path("hotline/case/<int:report_id>/look-up/<int:item_id>/", views.look_up, name="hotline-look-up-host"),
    path("hotline/case/<int:report_id>/site-type/<int:item_id>/", views.site_type, name="hotline-set-site-type"),
    path("hotline/case/<int:report_id>/iccam/<int:iccam_id>/", referral_views.retry, name="hotline-retry-iccam"),
    path(
        "hotline/case/<int:report_id>/check/<int:item_id>/",
        views.check_now,
        name="hotline-check-availability",
    ),
    path("hotline/case/<int:report_id>/gone/<int:item_id>/", views.record_gone, name="hotline-record-gone"),
    path(
        "hotline/case/<int:report_id>/looked/<int:item_id>/",
        views.dismiss_attention,
        name="hotline-dismiss-attention",
    ),
    path("hotline/case/<int:report_id>/reply/", views.reply, name="hotline-send-reply"),
    path("hotline/closings/", closing_views.ProposedClosings.as_view(), name="hotline-proposed-closings"),
    path("hotline/closings/confirm/", closing_views.ConfirmClosings.as_view(), name="hotline-confirm-closings"),
    path("hotline/closings/undo/", closing_views.UndoClosings.as_view(), name="hotline-undo-closings"),
    path("hotline/case/<int:report_id>/set-aside/", closing_views.close_case, name="hotline-close-without-assessment"),
    path("hotline/case/<int:report_id>/set-aside/confirm/", closing_views.confirm, name="hotline-confirm-closing"),
    path("hotline/case/<int:report_id>/set-aside/refuse/", closing_views.refuse, name="hotline-refuse-closing"),
    path("hotline/case/<int:report_id>/set-aside/withdraw/", closing_views.withdraw, name="hotline-withdraw-closing"),
    path("hotline/case/<int:report_id>/category/", views.categorise, name="hotline-change-category"),
    path("hotline/case/<int:report_id>/note/", views.write_note, name="hotline-write-note"),
    path("hotline/case/<int:report_id>/reopen/", views.reopen, name="hotline-reopen-case"),
    path("hotline/case/<int:report_id>/legal-hold/", views.set_legal_hold, name="hotline-legal-hold-set"),
    path(
        "hotline/case/<int:report_id>/legal-hold/<int:legal_hold_id>/release/",
        views.release_legal_hold,
        name="hotline-legal-hold-release",
    ),
    path(
        "hotline/case/<int:report_id>/legal-hold/<int:legal_hold_id>/reason/",
        views.open_hold_reason,
        name="hotline-legal-hold-reason",
    ),
    path("hotline/case/<int:report_id>/close-again/", views.close_again, name="hotline-close-reopened"),
]
