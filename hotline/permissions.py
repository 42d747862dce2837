"""Permissions of the hotline. Migrations grant them to roles; `common.permissions.has_role_permission` checks them."""

# Lists and forms of the staff site use Django's own permissions (view, add, change, delete) of their models.

# Of cases
WORK_CASE = "hotline.work_case"
ENTER_REPORT = "hotline.enter_report"
HANDLE_MAIL = "hotline.handle_mail"
ANNOTATE_CASE = "hotline.annotate_case"
RELEASE_CLAIM = "hotline.release_claim"
DECIDE_DISPUTE = "hotline.decide_dispute"
REVIEW_URGENT_REFERRAL = "hotline.review_urgent_referral"
MANAGE_QUARANTINE = "hotline.manage_quarantine"
SEND_NOTICE_NOW = "hotline.send_notice_now"
MANAGE_LEGAL_HOLD = "hotline.manage_legal_hold"
RETRY_ICCAM = "hotline.retry_iccam"
HAND_OVER_PACKAGE = "hotline.hand_over_policepackage"
HANDLE_COMPLAINT = "hotline.handle_complaint"
ANSWER_DATA_REQUEST = "hotline.answer_data_request"

# Of the hotline as a whole
CHANGE_PARTNER = "hotline.change_partner"
MANAGE_HASH_LISTS = "hotline.manage_hash_lists"
VIEW_CLOSINGS = "hotline.view_closing"
VIEW_SERVICE_NOTICES = "hotline.view_service_notices"
VIEW_PERFORMANCE = "hotline.view_performance"
VIEW_WELFARE_STATISTICS = "hotline.view_welfare_statistics"
EXPORT_STATISTICS = "hotline.export_statistics"
EXPORT_LISTS = "hotline.export_lists"
