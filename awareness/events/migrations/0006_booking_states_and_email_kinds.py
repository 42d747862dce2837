"""Give states of bookings and kinds of e-mails the names that the code uses."""

from collections.abc import Callable

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BOOKING_STATES = {"called_off": "cancelled_by_staff", "lapsed": "expired"}
EMAIL_KINDS = {
    "offer": "places_offered",
    "lapsed": "offer_expired",
    "no_place": "no_places_left",
    "changed": "booking_changed",
    "moved": "date_moved",
    "cancelled": "cancelled_by_school",
    "called_off": "cancelled_by_staff",
}


def rename(*, back: bool) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def update_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for model, field, names in (("Booking", "state", BOOKING_STATES), ("BookingEmail", "kind", EMAIL_KINDS)):
            for before, after in ((new, old) if back else (old, new) for old, new in names.items()):
                apps.get_model("events", model).objects.filter(**{field: before}).update(**{field: after})

    return update_rows


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_date_revision"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="booking",
            name="booking_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="bookingemail",
            name="booking_email_kind_known",
        ),
        migrations.AlterField(
            model_name="booking",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "on the waiting list"),
                    ("offered", "places offered"),
                    ("booked", "booked"),
                    ("cancelled", "cancelled by the school"),
                    ("cancelled_by_staff", "cancelled by us"),
                    ("expired", "expired"),
                    ("attended", "came"),
                    ("absent", "did not come"),
                ],
                max_length=18,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="bookingemail",
            name="kind",
            field=models.CharField(
                choices=[
                    ("booked", "booked"),
                    ("waiting", "on the waiting list"),
                    ("places_offered", "places are offered"),
                    ("offer_expired", "the offer expired"),
                    ("no_places_left", "no places became free"),
                    ("booking_changed", "the booking changed"),
                    ("date_moved", "time or place changed"),
                    ("cancelled_by_school", "cancelled by the school"),
                    ("cancelled_by_staff", "cancelled by us"),
                    ("reminder", "reminder"),
                ],
                max_length=19,
                verbose_name="kind of message",
            ),
        ),
        migrations.RunPython(rename(back=False), rename(back=True)),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "waiting",
                            "offered",
                            "booked",
                            "cancelled",
                            "cancelled_by_staff",
                            "expired",
                            "attended",
                            "absent",
                        ],
                    )
                ),
                name="booking_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bookingemail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "booked",
                            "waiting",
                            "places_offered",
                            "offer_expired",
                            "no_places_left",
                            "booking_changed",
                            "date_moved",
                            "cancelled_by_school",
                            "cancelled_by_staff",
                            "reminder",
                        ],
                    )
                ),
                name="booking_email_kind_known",
            ),
        ),
    ]
