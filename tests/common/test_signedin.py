"""Who asks is read in plain statements; what they say is what Django's own say."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.utils import timezone
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from clicksafely.common.signedin import DEVICES, SecondFactorMiddleware, SessionStore, StaffBackend, row_of
from tests.signing import HASHERS, give_device, make_staff, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = HASHERS


def columns(row: Model | None) -> dict[str, object]:
    assert row is not None
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_an_account_is_read_whole_while_it_is_active() -> None:
    user = make_staff("person", "analyst")
    assert columns(StaffBackend().get_user(user.pk)) == columns(User.objects.get(pk=user.pk))
    assert StaffBackend().get_user(user.pk + 1) is None
    User.objects.update(is_active=False)
    assert StaffBackend().get_user(user.pk) is None


def test_a_session_is_read_until_it_ends() -> None:
    store = SessionStore()
    store["who"] = "Ана"
    store.save()
    key = str(store.session_key)
    assert columns(row_of(Session, key)) == columns(Session.objects.get())
    assert SessionStore(key).load() == db.SessionStore(key).load() == {"who": "Ана"}
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    for kind in (SessionStore, db.SessionStore):
        ended = kind(key)
        assert ended.load() == {}
        assert ended.session_key is None
    assert SessionStore("a key of nobody").load() == {}


@pytest.mark.parametrize("kind", [TOTPDevice, StaticDevice])
def test_a_device_is_found_by_the_name_that_sessions_have(kind: type[Device]) -> None:
    device = kind.objects.create(user=make_staff("person"), name="x", confirmed=True)
    assert device.persistent_id.partition("/")[0] in DEVICES
    found = SecondFactorMiddleware(lambda request: None)._device_from_persistent_id(device.persistent_id)
    assert type(found) is kind
    assert columns(found) == columns(Device.from_persistent_id(device.persistent_id))


@pytest.mark.parametrize(
    "name",
    ["", "/", "otp_totp.totpdevice", "otp_totp.totpdevice/", "otp_totp.totpdevice/x", "otp_totp.totpdevice/-1", "otp_totp.totpdevice/9999999",
     "otp_totp.totpdevice/1/1", "auth.user/1", "nothing.such/1", "otp_totp.totpdevice/²"],
)  # fmt: skip
def test_no_other_name_is_a_device(name: str) -> None:
    User.objects.create(pk=1, username="first")
    assert SecondFactorMiddleware(lambda request: None)._device_from_persistent_id(name) is None


@pytest.mark.parametrize("model", [Session, User, TOTPDevice, StaticDevice])
def test_no_column_needs_to_be_converted(model: type[Model]) -> None:
    assert [field.name for field in model._meta.concrete_fields if hasattr(field, "from_db_value")] == []


def test_a_device_of_somebody_else_or_not_confirmed_is_none() -> None:
    person = signed_in("person", "analyst")
    assert person.client.get("/admin/hotline/desk/").status_code == 200
    device = TOTPDevice.objects.get()
    TOTPDevice.objects.update(confirmed=False)
    assert person.client.get("/admin/hotline/desk/").status_code == 302
    other = signed_in("other", "analyst")
    TOTPDevice.objects.filter(user=other.user).update(user=give_device(make_staff("third")).user)
    assert other.client.get("/admin/hotline/desk/").status_code == 302
    assert not TOTPDevice.objects.get(pk=device.pk).confirmed


def test_a_page_of_staff_asks_four_times_who_asks(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Session, account, device, permissions: here to be refused."""
    person = signed_in("person", "analyst")
    person.client.get("/admin/editorial/article/")
    with django_assert_num_queries(4):
        assert person.client.get("/admin/editorial/article/").status_code == 403
