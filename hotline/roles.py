"""Who may do what at the hotline. Pure; a migration writes it to the groups, views and admin ask for the permission."""

from clicksafely.common.roles import ANALYST, AUDITOR, SUPERVISOR, Role

WORK_CASE = "hotline.work_case"
SUPERVISE_CASE = "hotline.supervise_case"
KEEP_HASH_LISTS = "hotline.keep_hash_lists"

PERMISSIONS: dict[Role, tuple[str, ...]] = {
    ANALYST: (WORK_CASE, "hotline.view_report", "hotline.view_contentitem"),
    SUPERVISOR: (
        WORK_CASE,
        SUPERVISE_CASE,
        "hotline.view_report",
        "hotline.view_contentitem",
        "hotline.view_questionset",
        "common.view_auditevent",
    ),
    AUDITOR: ("common.view_auditevent",),
}
