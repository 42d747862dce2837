"""What beat starts and how often, and which tasks have a queue of their own. Nothing here depends on the environment."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final


def _every(
    task: str, *, expires: int | None = None, kwargs: Mapping[str, object] | None = None, **period: int
) -> dict[str, object]:
    """An entry of Celery's schedule; a task that nobody took after `expires` seconds is dropped, for the next one does its work."""
    entry: dict[str, object] = {"task": task, "schedule": timedelta(**period)}
    if kwargs:
        entry["kwargs"] = dict(kwargs)
    if expires is not None:
        entry["options"] = {"expires": expires}
    return entry


BEAT: Final[dict[str, dict[str, object]]] = {
    "sweep-received": _every("hotline.sweep_received", seconds=15, expires=15),
    "release-expired-claims": _every("hotline.release_expired_claims", minutes=1),
    "look-up-hosts": _every("hotline.look_up_hosts", seconds=15, expires=15, kwargs={"at_least": 1}),
    "confirm-hosting": _every("hotline.confirm_hosting", seconds=15, expires=15),
    "offer-checks": _every("hotline.offer_checks", minutes=1, expires=60),
    "settle-waiting": _every("hotline.settle_waiting", minutes=1),
    "settle-rules": _every("hotline.settle_rules", minutes=1, expires=60),
    "sweep-unsent-uploads": _every("hotline.sweep_unsent_uploads", minutes=15),
    "erase-handed-over": _every("hotline.erase_handed_over", minutes=5, expires=300),
    "sweep-unmatched": _every("hotline.sweep_unmatched", seconds=15, expires=15),
    "sweep-hash-lists": _every("hotline.sweep_hash_lists", minutes=1, expires=60),
    "refresh-figures": _every("hotline.refresh_figures", minutes=15, expires=900),
    "forget-partner-requests": _every("hotline.forget_partner_requests", hours=12),
    # Small steps, one after the other, until nothing is left.
    "erase-due": _every("hotline.erase_due", days=1, expires=3600),
    "sweep-bundles": _every("library.sweep_bundles", seconds=15, expires=15),
    "recount-library": _every("library.recount", hours=1, expires=3600),
    "sweep-news-files": _every("awareness.sweep_news_files", days=1, expires=3600),
    "sweep-proofs": _every("youthpanel.sweep_proofs", seconds=15, expires=15),
    "erase-due-classes": _every("quizzes.erase_due_classes", minutes=10, expires=600),
    "count-impact": _every("impact.count_impact", minutes=15, expires=900),
    "settle-waiting-lists": _every("events.settle_waiting_lists", minutes=1, expires=60),
    "remind-of-bookings": _every("events.queue_reminders", minutes=10, expires=600),
    "erase-bookings": _every("events.erase_bookings", hours=1, expires=3600),
    "tell-of-incidents": _every("youthpanel.tell_of_incidents", minutes=1, expires=60),
    "sweep-meeting-files": _every("youthpanel.sweep_meeting_files", days=1, expires=3600),
    "sweep-answers": _every("youthpanel.sweep_answers", hours=1, expires=3600),
    "keep-panel-records": _every("youthpanel.keep_records", hours=6, expires=3600),
    "sweep-panel-doors": _every("youthpanel.sweep_doors", minutes=10, expires=600),
    "chain-audit": _every("common.chain_audit", seconds=5),
    "clear-sessions": _every("common.clear_sessions", hours=1, expires=3600),
    "log-audit-head": _every("common.log_audit_head", days=1),
    # Beat knows neither mailbox nor server: where the task runs and there is none, it does nothing.
    "fetch-mail": _every("hotline.fetch_mail", minutes=1, expires=50),
    "send-mail": _every("hotline.send_mail", seconds=15, expires=15),
    "send-letters": _every("events.send_letters", seconds=15, expires=15),
    "read-bounces": _every("events.read_bounces", minutes=1, expires=60),
    "send-notices": _every("hotline.send_notices", minutes=1, expires=60),
    "check-availability": _every("hotline.check_availability", seconds=30, expires=30),
    "exchange-iccam": _every("hotline.exchange_iccam", seconds=15, expires=15),
    "import-iccam": _every("hotline.import_iccam", minutes=1, expires=60),
    "pack-for-police": _every("hotline.pack_for_police", seconds=30, expires=30),
    "mail-to-police": _every("hotline.mail_to_police", seconds=30, expires=30),
    "erase-police-files": _every("hotline.erase_police_files", hours=1),
}

# What waits for servers of others has a worker of its own: a name or mail server that hangs must not keep a report from being triaged.
OUTSIDE: Final = (
    "hotline.look_up_hosts",
    "hotline.fetch_mail",
    "hotline.send_mail",
    "events.send_letters",
    "events.read_bounces",
    "hotline.send_notices",
    "hotline.check_availability",
    "hotline.exchange_iccam",
    "hotline.import_iccam",
    "hotline.mail_to_police",
    "youthpanel.tell_of_incidents",
)
ROUTES: Final[dict[str, dict[str, str]]] = {
    **{task: {"queue": "outside"} for task in OUTSIDE},
    # Made where the private keys are.
    "hotline.pack_for_police": {"queue": "sealed"},
    # Reads the name that it takes out of texts.
    "youthpanel.keep_records": {"queue": "sealed"},
}
