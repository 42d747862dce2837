"""Applies an import plan in one transaction."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction

from clicksafely.common.audit import audit_log
from youthpanel.members.services import add_members
from youthpanel.members.spreadsheet_import.import_plan import ImportPlan
from youthpanel.models import Cohort, Member


class PlanOutdated(Exception):
    """The database has changed since the plan was built. Nothing was written."""


def apply_plan(*, plan: ImportPlan, actor: AbstractBaseUser, now: datetime) -> list[Member]:
    """Create the schools, members and consents of a plan without faults, in one transaction. Raises PlanOutdated."""
    if plan.faults:
        raise ValueError("a plan with faults")
    try:
        with transaction.atomic():
            # Imports into the same cohort run one after the other.
            Cohort.objects.select_for_update().get(pk=plan.cohort.pk)
            schools = plan.new_schools
            for school in schools:
                school.save(force_insert=True)
            audit_log.record_many(
                [
                    audit_log.AuditEntry("school.added", school, {"fields": ["name", "kind", "town"]})
                    for school in schools
                ],
                actor=actor,
                now=now,
            )
            members = add_members(drafts=plan.members, actor=actor, now=now)
            data: dict[str, audit_log.AuditValue] = {
                "members": len(members),
                "schools": len(schools),
                "consents": plan.consents,
            }
            audit_log.record(action="members.imported", subject=plan.cohort, actor=actor, now=now, data=data)
            return members
    except IntegrityError as error:
        # Rolled-back rows keep their ids in memory; the next plan builds new ones.
        for school in plan.new_schools:
            school.pk = None
        raise PlanOutdated from error
