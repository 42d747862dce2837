"""Effects of rules on items and reports, on arrival and after changes of a rule."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from clicksafely.accounts.models import User
from clicksafely.celery import app
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue.enqueue import enqueue_task
from hotline.models import ContentItem, Report, RuleHit, RuleVersion, TriageRule
from hotline.review.claims import claim_case
from hotline.triage.rules import compiled_rules, services, tasks
from hotline.triage.rules.services import APPLY_TASK
from hotline.triage.services import triage_report
from tests.factories.received_reports import NOW, make_report
from tests.hotline.review.conftest import make_user

pytestmark = pytest.mark.django_db
ADDRESS = "https://www.example.org/a"


@pytest.fixture
def supervisor() -> User:
    return make_user("lead", "supervisor")


def save(supervisor: User, value: str = "www.example.org", **columns: Any) -> TriageRule:
    rule = TriageRule(**{"kind": "host", "value": value, "do_not_fetch": True} | columns)
    return services.save_rule(rule=rule, actor=supervisor, now=NOW)


def triage(addresses: str = ADDRESS, **columns: object) -> Report:
    report = make_report(addresses, **columns)
    triage_report(report_id=report.pk, now=NOW)
    report.refresh_from_db()
    return report


def settle(minutes: int = 0, **options: Any) -> int | None:
    return services.apply_rule_changes(now=NOW + timedelta(minutes=minutes), **{"seconds": 60} | options)


def effects_of(canonical: str = ADDRESS) -> tuple[str, bool, list[str]]:
    item = ContentItem.objects.get(canonical=canonical)
    values = item.rule_hits.order_by("rule_id").values_list("rule__value", flat=True)
    return item.host_override, item.do_not_fetch, list(values)


# --- When a report comes ---


def test_every_kind_of_rule_and_every_effect(supervisor: User) -> None:
    save(supervisor, do_not_fetch=True)
    save(supervisor, "example.org", kind="domain", set_host="edge.example.net", do_not_fetch=False)
    save(supervisor, "*.example.org/a*", kind="pattern", raise_priority=True, do_not_fetch=False, note="мост")
    report = triage(f"{ADDRESS} https://example.org/b https://example.com/")
    assert effects_of() == ("edge.example.net", True, ["www.example.org", "example.org", "*.example.org/a*"])
    assert effects_of("https://example.org/b") == ("edge.example.net", False, ["example.org"])
    assert effects_of("https://example.com/") == ("", False, [])
    assert (report.priority_reasons, report.priority) == (["rule"], 8)
    assert report.state == "triaged"
    assert set(report.items.values_list("state", "verdict")) == {("unassessed", "")}


def test_a_second_report_of_an_item_gets_new_rules(supervisor: User) -> None:
    triage()
    save(supervisor, raise_priority=True)
    assert triage().priority_reasons == ["repeated", "rule"]
    triage()
    assert (effects_of(), RuleHit.objects.count()) == (("", True, ["www.example.org"]), 1)


def test_an_inactive_rule_does_nothing(supervisor: User) -> None:
    save(supervisor, active=False, raise_priority=True)
    assert triage().priority_reasons == []
    assert effects_of() == ("", False, [])


# --- When a rule changes ---


def test_new_rule_is_applied_to_waiting_items(supervisor: User) -> None:
    report, other = triage(), triage("https://example.com/")
    save(supervisor, set_host="edge.example.net", raise_priority=True)
    assert settle() is None
    assert effects_of() == ("edge.example.net", True, ["www.example.org"])
    report.refresh_from_db()
    other.refresh_from_db()
    assert (report.priority_reasons, report.priority, other.priority_reasons) == (["rule"], 8, [])
    before = list(RuleHit.objects.values_list("pk", flat=True))
    settle()
    assert list(RuleHit.objects.values_list("pk", flat=True)) == before


def test_effects_of_a_changed_rule_are_removed(supervisor: User) -> None:
    report = triage()
    rule = save(supervisor, raise_priority=True)
    save(supervisor, "example.org", kind="domain", note="и даље")
    settle()
    rule.value = "www.example.com"
    services.save_rule(rule=rule, actor=supervisor, now=NOW)
    settle()
    assert effects_of() == ("", True, ["example.org"])
    report.refresh_from_db()
    assert (report.priority_reasons, report.priority) == ([], 0)


@pytest.mark.parametrize("column", ["active", "raise_priority"])
def test_a_rule_that_stops_putting_forward(column: str, supervisor: User) -> None:
    report = triage(danger_now=True)
    rule = save(supervisor, raise_priority=True)
    settle()
    setattr(rule, column, False)
    services.save_rule(rule=rule, actor=supervisor, now=NOW)
    settle()
    report.refresh_from_db()
    assert (report.priority_reasons, report.priority) == (["danger_now"], 200)
    assert effects_of() == (("", False, []) if column == "active" else ("", True, ["www.example.org"]))


def test_a_claimed_case_is_prioritised_and_an_ended_item_skipped(supervisor: User) -> None:
    held = triage()
    claim_case(report_id=held.pk, actor=make_user("first", "analyst"), now=NOW)
    triage("https://www.example.org/ended")
    ContentItem.objects.filter(canonical__endswith="ended").update(state="ended", outcome="removed")
    save(supervisor, raise_priority=True)
    settle()
    held.refresh_from_db()
    assert held.priority_reasons == ["rule"]
    assert effects_of("https://www.example.org/ended") == ("", False, [])


def test_settled_only_by_a_round_that_begins_after_every_older_triage(supervisor: User) -> None:
    rule = save(supervisor)
    settle()
    rule.refresh_from_db()
    assert not rule.applied
    settle(1, begun=NOW)
    rule.refresh_from_db()
    assert not rule.applied
    settle(1)
    rule.refresh_from_db()
    assert rule.applied
    with CaptureQueriesContext(connection) as captured:
        settle(2)
    assert len(captured) == 1


def test_the_task_continues_by_itself(supervisor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 2)
    monkeypatch.setattr(tasks, "SECONDS", 0)
    monkeypatch.setattr(
        tasks.apply_rule_changes, "apply_async", lambda kwargs, **_options: tasks.apply_rule_changes(**kwargs)
    )
    triage(" ".join(f"https://www.example.org/{number}" for number in range(5)))
    save(supervisor)
    assert settle(1, seconds=0) == ContentItem.objects.order_by("pk")[1].pk
    assert RuleHit.objects.count() == 2
    for _twice in range(2):
        tasks.apply_rule_changes()
        assert RuleHit.objects.count() == 5
    # Rules of last March, which was long ago.
    assert TriageRule.objects.get().applied


# --- Saving ---


def test_saving_is_audited_without_text_and_enqueues_the_task(
    supervisor: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    version = RuleVersion.objects.get().version
    with django_capture_on_commit_callbacks() as callbacks:
        rule = save(supervisor, note="Марко каже", raise_priority=True)
    assert [(each.func, each.args) for each in callbacks] == [(enqueue_task, (APPLY_TASK,))]  # type: ignore[attr-defined]
    assert (rule.author, rule.created_at, rule.changed_at, rule.applied) == (supervisor, NOW, NOW, False)
    assert RuleVersion.objects.get().version != version
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.subject_id) == ("triage_rule.created", supervisor.pk, rule.pk)
    assert (event.data["effects"], event.data["active"], event.data["kind"]) == (
        ["note", "fetch", "raise"],
        True,
        "host",
    )
    assert "example" not in str(event.data)
    other = make_user("other", "supervisor")
    services.save_rule(rule=rule, actor=other, now=NOW + timedelta(days=1))
    rule.refresh_from_db()
    assert (rule.author, rule.created_at, rule.changed_at) == (supervisor, NOW, NOW + timedelta(days=1))
    assert AuditEvent.objects.latest("id").action == "triage_rule.changed"


@pytest.mark.parametrize("error", [OperationalError, OSError])
def test_a_broker_that_is_down_is_logged_only(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(app, "send_task", fail)
    enqueue_task(APPLY_TASK)
    assert APPLY_TASK in caplog.text


def test_a_process_reads_rules_again_when_their_version_is_new(
    supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled_rules, "FRESH_SECONDS", 0.0)
    save(supervisor)
    assert [rule.value for rule in compiled_rules.current_rules().rules] == ["www.example.org"]
    with CaptureQueriesContext(connection) as captured:
        compiled_rules.current_rules()
    assert len(captured) == 1
    # As another process would have done it.
    TriageRule.objects.update(value="www.example.net")
    assert [rule.value for rule in compiled_rules.current_rules().rules] == ["www.example.org"]
    RuleVersion.objects.update(version="00000000-0000-0000-0000-000000000001")
    assert [rule.value for rule in compiled_rules.current_rules().rules] == ["www.example.net"]


# --- What the database refuses ---


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("rule_kind_known", {"kind": "regex"}),
        ("rule_value_not_empty", {"value": "*"}),
        ("rule_value_not_empty", {"value": "*://*.*/*"}),
        ("rule_has_effect", {"do_not_fetch": False}),
        ("one_rule_a_value", {"value": "www.example.com"}),
    ],
)
def test_refused(constraint: str, columns: dict[str, object], supervisor: User) -> None:
    save(supervisor, "www.example.com")
    rule = save(supervisor)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TriageRule.objects.filter(pk=rule.pk).update(**columns)


def test_a_second_version_and_a_second_hit(supervisor: User) -> None:
    with pytest.raises(IntegrityError, match="one_rule_version"), transaction.atomic():
        RuleVersion.objects.create(pk=2)
    save(supervisor)
    triage()
    hit = RuleHit.objects.get()
    with pytest.raises(IntegrityError, match="one_hit_a_rule"), transaction.atomic():
        RuleHit.objects.create(rule=hit.rule, item=hit.item)
