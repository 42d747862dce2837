"""The tasks of the youth panel are scheduled, and those that send e-mail run where e-mail is sent."""

from django.conf import settings

from youthpanel.meetings import tasks as meetings
from youthpanel.members import tasks as members
from youthpanel.safeguarding import tasks as safeguarding


def test_tasks_are_scheduled() -> None:
    senders = {members.remind_of_consents, meetings.remind_of_meetings, safeguarding.notify_safeguarding}
    others = {meetings.delete_orphaned_files, meetings.remove_subscriptions, members.apply_retention}
    others |= {safeguarding.alert_safeguarding, safeguarding.erase_safeguarding_notes}
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {task.name for task in senders | others} <= scheduled
    assert {task.name for task in senders} <= set(settings.EXTERNAL_SERVER_TASKS)
