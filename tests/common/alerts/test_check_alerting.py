"""The check by another process: alerts when the alerting is down, and continues open alerts."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from clicksafely.common.alerts import selectors, services, tasks
from clicksafely.common.alerts.management.commands.check_alerting import check_alerting
from clicksafely.common.alerts.models import Alert, AlertingState, AlertMessage
from clicksafely.common.alerts.selectors import AlertingFault
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clock import travelling
from tests.common.alerts.conftest import NIGHT
from tests.database import as_role_of
from tests.factories.alerts import DANGER, alerting_works, give_shift, make_person, raise_and_plan

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("heartbeat", "fault"), [("planned_at", AlertingFault.NOT_PLANNED), ("sent_at", AlertingFault.NOT_SENT)]
)
def test_a_missing_heartbeat_alerts_the_person_on_duty_once(
    sink: SmtpSink, heartbeat: str, fault: AlertingFault
) -> None:
    give_shift(make_person("first"))
    alerting_works(NIGHT)
    AlertingState.objects.update(**{heartbeat: NIGHT - 4 * MINUTE})
    with as_role_of("outside"):
        assert check_alerting(now=NIGHT) == [fault]
        assert check_alerting(now=NIGHT + 2 * MINUTE) == [fault]
    assert len(sink.letters) == 1
    # It records no heartbeat: the fault remains visible to others.
    assert selectors.alerting_faults(NIGHT) == [fault]


def test_while_beat_is_down_it_escalates_and_sends_alerts_that_were_raised(sink: SmtpSink) -> None:
    give_shift(make_person("first"))
    give_shift(make_person("second"), order=2)
    services.raise_alert(kind=DANGER, reference=1)
    with as_role_of("outside"):
        check_alerting(now=NIGHT)
        check_alerting(now=NIGHT + 10 * MINUTE)
    messages = AlertMessage.objects.filter(state="sent").values_list("person__username", "alert__kind")
    kinds = (DANGER, "alerting_down")
    assert sorted(messages) == sorted((name, kind) for name in ("first", "second") for kind in kinds)
    assert len(sink.letters) == 4


def test_the_alert_ends_when_the_alerting_works_again(sink: SmtpSink) -> None:
    make_person("lead", "supervisor")
    check_alerting(now=NIGHT)
    alerting_works(NIGHT + MINUTE)
    with as_role_of("outside"):
        assert check_alerting(now=NIGHT + MINUTE) == []
    assert (len(sink.letters), Alert.objects.get().state) == (1, "ended")


def test_messages_that_fail_for_minutes_are_a_fault() -> None:
    give_shift(make_person("first"))
    raise_and_plan(1, now=NIGHT)
    alerting_works(NIGHT + 5 * MINUTE)
    assert selectors.alerting_faults(NIGHT + 4 * MINUTE) == []
    assert selectors.alerting_faults(NIGHT + 5 * MINUTE) == [AlertingFault.OVERDUE]


def test_the_command_prints_the_faults_and_exits_with_1(sink: SmtpSink) -> None:
    output = StringIO()
    with travelling(NIGHT), pytest.raises(SystemExit, match="1"):
        call_command("check_alerting", stdout=output)
    assert output.getvalue().count("\n") == 2
    alerting_works(NIGHT)
    with travelling(NIGHT):
        call_command("check_alerting", stdout=output)


def test_the_tasks_record_the_heartbeats(sink: SmtpSink) -> None:
    give_shift(make_person("first"))
    services.raise_alert(kind=DANGER, reference=1)
    with travelling(NIGHT):
        tasks.plan_alerts.apply(throw=True)
        tasks.send_messages.apply(throw=True)
    assert selectors.is_on_duty(NIGHT)
    assert AlertMessage.objects.get().state == "sent"
