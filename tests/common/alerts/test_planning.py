"""Steps of an alert: collapse of floods, escalation, gaps of the roster, limits, claims, the end after a restore."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from clicksafely.common.alerts import planning, selectors, services
from clicksafely.common.alerts.exceptions import AlertNotOpen, NoRecipient
from clicksafely.common.alerts.models import Alert, AlertMessage, AlertOccurrence, AlertRules
from clicksafely.common.models import AuditEvent
from tests.common.alerts.conftest import NIGHT
from tests.database import as_role_of
from tests.factories.alerts import DANGER, give_shift, give_webhook, make_person, raise_and_plan

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def planned_messages() -> list[tuple[int, str]]:
    """Step and person of each message to send, in order."""
    return list(AlertMessage.objects.order_by("id").values_list("step", "person__username"))


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


class TestCollapse:
    def test_one_open_alert_counts_all_occurrences(self) -> None:
        give_shift(make_person("first"))
        with as_role_of("worker"):
            assert raise_and_plan(1, 2, 3, now=NIGHT) == 1
            assert raise_and_plan(4, 4, 1, now=NIGHT + MINUTE) == 0
        alert = Alert.objects.get()
        assert (alert.kind, alert.count, alert.state) == (DANGER, 4, "open")
        assert sorted(alert.occurrences.values_list("reference", flat=True)) == [1, 2, 3, 4]

    def test_again_only_if_the_earlier_alert_has_ended(self) -> None:
        lead = make_person("lead", "supervisor")
        raise_and_plan(7, now=NIGHT)
        services.raise_alert(kind=DANGER, reference=7, again=True)
        planning.plan_alerts(now=NIGHT)
        assert (Alert.objects.get().count, AlertOccurrence.objects.count()) == (1, 1)
        services.claim_alert(alert=Alert.objects.get(), actor=lead, now=NIGHT)
        services.raise_alert(kind=DANGER, reference=7, again=True)
        services.raise_alert(kind=DANGER, reference=7, again=True)
        planning.plan_alerts(now=NIGHT)
        assert list(Alert.objects.order_by("id").values_list("state", flat=True)) == ["claimed", "open"]
        assert AlertOccurrence.objects.count() == 1

    def test_the_worker_for_sealed_content_may_raise_alerts_of_each_kind(self) -> None:
        with as_role_of("sealed"):
            for kind in (DANGER, DANGER, "hotline.threat"):
                services.raise_alert(kind=kind, reference=1)
        assert AlertOccurrence.objects.count() == 2

    def test_the_database_holds_one_open_alert_of_a_kind(self) -> None:
        raise_and_plan(1, now=NIGHT)
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.create(kind=DANGER, opened_at=NIGHT, next_step_at=NIGHT)


class TestEscalation:
    def test_to_the_next_order_then_to_all_supervisors_then_again_to_all(self) -> None:
        give_shift(make_person("first"), order=1)
        give_shift(make_person("second"), order=3)
        make_person("lead", "supervisor")
        with as_role_of("worker"):
            raise_and_plan(1, now=NIGHT)
            assert planned_messages() == [(1, "first")]
            assert planning.plan_alerts(now=NIGHT + 9 * MINUTE) == 0
            assert planning.plan_alerts(now=NIGHT + 10 * MINUTE) == 1
            assert planned_messages()[1:] == [(2, "second")]
            assert planning.plan_alerts(now=NIGHT + 20 * MINUTE) == 3
            assert planned_messages()[2:] == [(3, "first"), (3, "second"), (3, "lead")]
            assert planning.plan_alerts(now=NIGHT + 79 * MINUTE) == 0
            assert planning.plan_alerts(now=NIGHT + 80 * MINUTE) == 3
        assert actions() == ["alert.raised", *["alert.step"] * 4]

    def test_a_further_occurrence_after_the_last_step_is_a_step_of_its_own(self) -> None:
        give_shift(make_person("first"))
        make_person("lead", "supervisor")
        with as_role_of("worker"):
            assert raise_and_plan(1, now=NIGHT) == 1
            # The next order is alerted no sooner because of it.
            assert raise_and_plan(2, now=NIGHT + 5 * MINUTE) == 0
            assert planning.plan_alerts(now=NIGHT + 10 * MINUTE) == 2
            assert raise_and_plan(3, now=NIGHT + 30 * MINUTE) == 2
            # A flood waits for as long as an order does.
            assert raise_and_plan(4, 5, now=NIGHT + 31 * MINUTE) == 0
            assert raise_and_plan(6, now=NIGHT + 32 * MINUTE) == 0
            assert planning.plan_alerts(now=NIGHT + 39 * MINUTE) == 0
            assert planning.plan_alerts(now=NIGHT + 40 * MINUTE) == 2
            assert planning.plan_alerts(now=NIGHT + 99 * MINUTE) == 0
            assert planning.plan_alerts(now=NIGHT + 100 * MINUTE) == 2
        assert Alert.objects.get().count == 6

    def test_all_of_one_order_get_one_message_each(self) -> None:
        person = make_person("first")
        give_shift(person)
        give_shift(person, "02:00", "04:00")
        give_shift(make_person("second"))
        raise_and_plan(1, now=NIGHT)
        assert planned_messages() == [(1, "first"), (1, "second")]

    def test_the_shift_at_the_time_of_the_step_counts(self) -> None:
        give_shift(make_person("night"), "22:00", "03:10", order=1)
        give_shift(make_person("morning"), "03:10", "12:00", order=2)
        raise_and_plan(1, now=NIGHT)
        planning.plan_alerts(now=NIGHT + 10 * MINUTE)
        assert planned_messages() == [(1, "night"), (2, "morning")]

    def test_without_a_person_on_duty_who_has_the_permission_the_supervisors_are_alerted(self) -> None:
        give_shift(make_person("editor", "editor"))
        give_shift(make_person("first"), "08:00", "16:00")
        raise_and_plan(1, now=NIGHT)
        assert not AlertMessage.objects.exists()
        # Without any person, the alert stays open and is tried again.
        make_person("lead", "supervisor")
        assert planning.plan_alerts(now=NIGHT + 60 * MINUTE) == 1
        assert AlertMessage.objects.get().person.username == "lead"

    def test_each_channel_gets_a_message_and_replaces_the_address_of_the_account(self) -> None:
        person = make_person("first")
        give_webhook(person, "https://a.example.org/")
        give_webhook(person, "https://b.example.org/")
        give_shift(person)
        raise_and_plan(1, now=NIGHT)
        assert list(AlertMessage.objects.values_list("medium", flat=True)) == ["webhook", "webhook"]


class TestLimits:
    def test_a_person_gets_no_more_than_the_limit_in_an_hour(self) -> None:
        lead = make_person("lead", "supervisor")
        AlertRules.objects.update(hourly_limit_person=3)
        for reference in range(5):
            raise_and_plan(reference, now=NIGHT)
            services.claim_alert(alert=Alert.objects.get(state="open"), actor=lead, now=NIGHT)
        assert sorted(AlertMessage.objects.values_list("state", flat=True)) == [*["capped"] * 2, *["withdrawn"] * 3]
        raise_and_plan(9, now=NIGHT + timedelta(hours=1))
        assert AlertMessage.objects.order_by("-id").values_list("state", flat=True)[0] == "due"

    def test_all_together_get_no_more_than_the_total(self) -> None:
        for number in range(5):
            give_shift(make_person(f"person{number}"))
        AlertRules.objects.update(hourly_limit_total=4)
        assert raise_and_plan(1, now=NIGHT) == 4
        assert AuditEvent.objects.get(action="alert.step").data["capped"] == 1


class TestClaim:
    def test_a_claim_withdraws_the_messages_and_ends_the_escalation(self) -> None:
        first = make_person("first")
        give_shift(first)
        give_shift(make_person("second"), order=2)
        raise_and_plan(1, now=NIGHT)
        with as_role_of("staff"):
            services.claim_alert(alert=Alert.objects.get(), actor=first, now=NIGHT + MINUTE)
        with as_role_of("worker"):
            assert planning.plan_alerts(now=NIGHT + 60 * MINUTE) == 0
        alert = Alert.objects.get()
        assert (alert.state, alert.claimed_by, alert.next_step_at) == ("claimed", first, None)
        assert AlertMessage.objects.get().state == "withdrawn"
        assert actions()[-1] == "alert.claimed"

    def test_an_alert_is_claimed_once_and_a_later_occurrence_opens_another(self) -> None:
        lead = make_person("lead", "supervisor")
        raise_and_plan(1, now=NIGHT)
        stale = Alert.objects.get()
        services.claim_alert(alert=Alert.objects.get(), actor=lead, now=NIGHT)
        with pytest.raises(AlertNotOpen):
            services.claim_alert(alert=stale, actor=make_person("other"), now=NIGHT)
        assert Alert.objects.get().claimed_by == lead
        assert raise_and_plan(2, now=NIGHT) == 1
        assert [alert.count for alert in selectors.open_alerts(lead)] == [1]

    def test_only_with_the_permission_of_the_kind(self) -> None:
        raise_and_plan(1, now=NIGHT)
        editor = make_person("editor", "editor")
        assert selectors.open_alerts(editor) == []
        with pytest.raises(PermissionDenied):
            services.claim_alert(alert=Alert.objects.get(), actor=editor, now=NIGHT)

    def test_an_alert_is_escalated_until_work_on_its_last_subject_begins(self) -> None:
        first = make_person("first")
        give_shift(first)
        give_shift(make_person("second"), order=2)
        raise_and_plan(1, 2, now=NIGHT)
        with as_role_of("staff"):
            services.claim_subject(kinds=[DANGER], reference=3, actor=first, now=NIGHT)
            services.claim_subject(kinds=[DANGER], reference=2, actor=first, now=NIGHT)
            # The case is claimed again, for instance after a change of its claim.
            services.claim_subject(kinds=[DANGER], reference=2, actor=first, now=NIGHT)
        alert = Alert.objects.get()
        assert (alert.state, alert.count, alert.claimed_by) == ("open", 1, None)
        assert planning.plan_alerts(now=NIGHT + 60 * MINUTE) == 1
        services.claim_subject(kinds=[DANGER], reference=1, actor=first, now=NIGHT)
        alert.refresh_from_db()
        assert (alert.state, alert.claimed_by) == ("claimed", first)

    def test_a_released_subject_is_counted_again(self) -> None:
        first = make_person("first")
        give_shift(first)
        raise_and_plan(1, 2, now=NIGHT)
        services.claim_subject(kinds=[DANGER], reference=2, actor=first, now=NIGHT)
        services.raise_alert(kind=DANGER, reference=2)
        planning.plan_alerts(now=NIGHT)
        assert Alert.objects.get().count == 1
        services.raise_alert(kind=DANGER, reference=2, again=True)
        planning.plan_alerts(now=NIGHT)
        assert Alert.objects.get().count == 2

    def test_work_that_begins_before_the_planning_raises_no_alert(self) -> None:
        services.raise_alert(kind=DANGER, reference=1)
        with as_role_of("staff"):
            services.claim_subject(kinds=[DANGER], reference=1, actor=make_person("first"), now=NIGHT)
        planning.plan_alerts(now=NIGHT)
        assert not Alert.objects.exists()


class TestTestAlert:
    def test_to_oneself_to_a_person_or_to_all_on_duty(self) -> None:
        lead = make_person("lead", "supervisor")
        services.send_test(actor=lead, now=NIGHT)
        services.send_test(actor=lead, person=make_person("third"), now=NIGHT)
        give_shift(make_person("first"))
        give_shift(make_person("second"), order=2)
        with as_role_of("staff"):
            alert = services.send_test(actor=lead, now=NIGHT)
        assert planned_messages() == [(1, "lead"), (1, "third"), (1, "first"), (1, "second")]
        # A further test ends the earlier one.
        assert [each.pk for each in selectors.open_alerts(lead)] == [alert.pk]

    def test_it_is_limited_and_not_escalated_and_ends_by_itself(self) -> None:
        lead = make_person("lead", "supervisor")
        AlertRules.objects.update(hourly_limit_person=2)
        for _ in range(2):
            services.send_test(actor=lead, now=NIGHT)
        with pytest.raises(NoRecipient):
            services.send_test(actor=lead, now=NIGHT)
        assert planning.plan_alerts(now=NIGHT + 59 * MINUTE) == 0
        assert Alert.objects.filter(state="open").count() == 1
        assert planning.plan_alerts(now=NIGHT + 60 * MINUTE) == 0
        assert not Alert.objects.filter(state="open").exists()

    def test_only_by_a_supervisor_and_only_to_a_person_with_an_address(self) -> None:
        with pytest.raises(PermissionDenied):
            services.send_test(actor=make_person("first"), now=NIGHT)
        lead = make_person("lead", "supervisor")
        lead.email = ""
        lead.save()
        with pytest.raises(NoRecipient):
            services.send_test(actor=lead, now=NIGHT)
        assert not Alert.objects.exists()


def test_an_ended_alert_has_no_time_more_exact_than_the_hour() -> None:
    """An exact time would date the report that raised the alert."""
    lead = make_person("lead", "supervisor")
    raise_and_plan(1, now=NIGHT)
    planning.plan_alerts(now=NIGHT + 60 * MINUTE)
    services.claim_alert(alert=Alert.objects.get(), actor=lead, now=NIGHT + 61 * MINUTE)
    times = [
        value
        for model in (Alert, AlertMessage, AlertOccurrence, AuditEvent)
        for row in model._default_manager.values()
        for value in row.values()
        if hasattr(value, "minute")
    ]
    assert times
    assert {(value.minute, value.second, value.microsecond) for value in times} == {(0, 0, 0)}


def test_after_a_restore_open_alerts_are_not_sent_again() -> None:
    give_shift(make_person("first"))
    raise_and_plan(1, now=NIGHT)
    services.raise_alert(kind="hotline.threat", reference=2)
    assert services.end_alerts_after_restore(NIGHT).startswith("2 alerts were open")
    assert planning.plan_alerts(now=NIGHT + 60 * MINUTE) == 0
    assert AlertMessage.objects.get().state == "withdrawn"
    assert services.end_alerts_after_restore(NIGHT) == ""


def test_alerts_of_a_removed_kind_end_and_all_are_deleted_after_their_retention() -> None:
    lead = make_person("lead", "supervisor")
    raise_and_plan(1, now=NIGHT)
    raise_and_plan(2, now=NIGHT, kind="hotline.threat")
    Alert.objects.create(kind="gone", opened_at=NIGHT, next_step_at=NIGHT)
    assert planning.plan_alerts(now=NIGHT) == 0
    removed = Alert.objects.get(kind="gone")
    assert (removed.state, removed.label) == ("ended", "gone")
    services.claim_alert(alert=Alert.objects.get(kind=DANGER), actor=lead, now=NIGHT)
    later = NIGHT + timedelta(days=89)
    assert services.delete_old_alerts(now=later) == 0
    with as_role_of("worker"):
        assert services.delete_old_alerts(now=NIGHT + timedelta(days=91)) == 2
    assert (Alert.objects.get().kind, AlertOccurrence.objects.count()) == ("hotline.threat", 1)
