"""The standard roles (groups), and how a migration grants them permissions. Code checks permissions, never roles: see `common.permissions`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """A role is a Django group of the same code; `description` says what its holder may do."""

    code: str
    name: Promise
    description: Promise


ANALYST = Role(
    "analyst", _("Analyst"), _("Works the triage queue: takes cases, opens what reporters wrote, assesses, replies.")
)
SUPERVISOR = Role(
    "supervisor",
    _("Supervisor"),
    _(
        "Works cases too, settles disagreements, gives back cases of others, reads the audit trail, runs failed tasks again."
    ),
)
EDITOR = Role(
    "editor",
    _("Editor"),
    _("Keeps topics, news, resources, quizzes, games, help lines, partners and contact points of the public site."),
)
COORDINATOR = Role(
    "coordinator",
    _("Coordinator"),
    _(
        "Runs events: plans dates, looks after the bookings of schools and opens who booked, closes with a report. "
        "Keeps the records and meetings of the youth panel and opens who its members are."
    ),
)
SAFEGUARDING = Role(
    "safeguarding",
    _("Safeguarding lead"),
    _("Opens and settles notes of incidents in the youth panel, which nobody else can open."),
)
AUDITOR = Role("auditor", _("Auditor"), _("Reads the audit trail, opens and changes nothing."))

ROLES = (ANALYST, SUPERVISOR, EDITOR, COORDINATOR, SAFEGUARDING, AUDITOR)


def grant(role: Role, *permissions: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """The two functions of a `RunPython` that gives (and takes back) `app.codename` permissions to a role.

    Django makes permissions after all migrations; one that is missing is made here, from the historical models. The
    migration therefore depends on the one that makes the model. Raises LookupError where no model has such a permission.
    """

    def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=role.code)
        group.permissions.add(*[_permission(apps, permission) for permission in permissions])

    def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        group = apps.get_model("auth", "Group").objects.filter(name=role.code).first()
        if group:
            group.permissions.remove(*[_permission(apps, permission) for permission in permissions])

    return forward, backward


def _permission(apps: StateApps, permission: str) -> Any:
    app_label, codename = permission.split(".")
    for model in apps.get_app_config(app_label).get_models():
        for code, name in _permissions_of(model):
            if code == codename:
                content_type, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
                    app_label=app_label, model=model._meta.model_name
                )
                return apps.get_model("auth", "Permission").objects.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": name}
                )[0]
    raise LookupError(f"no model has the permission {permission}")


def _permissions_of(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    for action in model._meta.default_permissions:
        yield f"{action}_{model._meta.model_name}", f"Can {action} {model._meta.verbose_name_raw}"
    yield from model._meta.permissions
