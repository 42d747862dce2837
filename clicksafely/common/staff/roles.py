"""The standard roles (groups), and migration operations that grant them permissions."""

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
    """A role is a Django group with the same code; `description` explains its permissions.

    Code checks permissions, never roles (`common.permissions`). Migrations grant permissions (`grant`); the menu, the
    home page, the search and the demand for a passkey follow from these. `demo_accounts` are the user names of its
    accounts in the demonstration.
    """

    code: str
    name: Promise
    description: Promise
    demo_accounts: tuple[str, ...]


ANALYST = Role(
    "analyst",
    _("Analyst"),
    _("Works on the triage queue: claims cases, opens reporters' texts, assesses and replies."),
    ("analyst1", "analyst2"),
)
SUPERVISOR = Role(
    "supervisor",
    _("Supervisor"),
    _(
        "Works on cases, decides disagreements, releases cases claimed by others, reads the audit trail and "
        "restarts failed tasks."
    ),
    ("supervisor",),
)
EDITOR = Role(
    "editor",
    _("Editor"),
    _(
        "Edits and publishes topics, news, resources, quizzes, games, fixed pages, help lines, partners and contact "
        "points of the public site."
    ),
    ("editor",),
)
AUTHOR = Role(
    "author",
    _("Author"),
    _("Writes topics, news, resources, quizzes, games and events as drafts. Cannot publish or withdraw anything."),
    ("author",),
)
EVENTS = Role(
    "events",
    _("Events organiser"),
    _(
        "Runs events: plans dates, manages bookings, opens contact details of schools, publishes and writes closing reports."
    ),
    ("events",),
)
COORDINATOR = Role(
    "coordinator",
    _("Coordinator"),
    _("Manages the records, meetings and consultations of the youth panel, and opens the members' identities."),
    ("coordinator",),
)
SAFEGUARDING = Role(
    "safeguarding",
    _("Safeguarding lead or deputy"),
    _("Opens and works on the safeguarding notes of the youth panel. No other role can open them."),
    ("safeguarding", "deputy"),
)
AUDITOR = Role("auditor", _("Auditor"), _("Reads the audit trail. Cannot open or change anything."), ("auditor",))

ROLES = (ANALYST, SUPERVISOR, EDITOR, AUTHOR, EVENTS, COORDINATOR, SAFEGUARDING, AUDITOR)


def grant(role: Role, *permissions: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """Return the two functions of a `RunPython` that grants (and revokes) `app.codename` permissions to a role.

    Django creates permissions after all migrations, so a missing one is created here, from the historical models. The migration therefore
    depends on the one that creates the model. Raises LookupError if no model has such a permission.
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
