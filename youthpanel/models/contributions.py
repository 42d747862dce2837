"""What members give in a consultation: answers that nobody can lead back to anyone, ideas, endorsements, posts, words to be quoted."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from clicksafely.common import data_inventory
from youthpanel.models.consultations import Consultation, Theme
from youthpanel.models.members import Member
from youthpanel.states import ContributionState


class Participation(models.Model):
    """That a member has answered, and nothing of what. No time and no number that grows: only the random id and the day, in an anonymous
    consultation the same one for all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="participations")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="participations")
    day = models.DateField()

    field_inventory: ClassVar = {
        (data_inventory.PSEUDONYM, data_inventory.WITH_THE_CONSULTATION): "member",
        (data_inventory.CODES, data_inventory.WITH_THE_CONSULTATION): "consultation day",
    }

    class Meta:
        constraints = (models.UniqueConstraint(fields=("consultation", "member"), name="one_participation_a_member"),)

    def __str__(self) -> str:
        return str(self.pk)


class AnswerSheet(models.Model):
    """The answers of somebody: {question id: {"choices": [...], "score": n, "text": "..."}}.

    Where the consultation is anonymous nothing leads from here to a participation: neither a column nor an order of rows nor the
    transaction that wrote them, for with each sheet all rows of both tables are written anew in random order. All bear the same day, and
    `offline` (written down by facilitators from paper) is never said: a trigger refuses it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="sheets")
    day = models.DateField()
    offline = models.BooleanField(default=False)
    answers = models.JSONField()
    # Only in a consultation that is not anonymous: a trigger refuses it elsewhere.
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, related_name="sheets", null=True)

    field_inventory: ClassVar = {
        (data_inventory.MEMBER_TEXT, data_inventory.FOR_FIGURES): "answers",
        (data_inventory.PSEUDONYM, data_inventory.FOR_FIGURES): "member",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): "consultation day offline",
    }

    class Meta:
        verbose_name = _("answer sheet")
        verbose_name_plural = _("answer sheets")

    def __str__(self) -> str:
        return str(self.pk)


# What an idea or a post holds: beside what each has of its own.
_WRITTEN = "text refusal_reason"
_READ = "state written_at read_at"


class Contribution(models.Model):
    """Base of what members write under their pseudonym; others see it after a facilitator has read it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="%(class)ss", null=True)
    text = models.TextField(_("text"), max_length=2000)
    state = models.CharField(_("state"), max_length=9, choices=ContributionState, default=ContributionState.WAITING)
    written_at = models.DateTimeField(_("written"), editable=False)
    read_at = models.DateTimeField(_("read"), null=True, editable=False)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    refusal_reason = models.CharField(_("why it is not shown"), max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ContributionState.values), name="%(class)s_state_known"),
        )

    def __str__(self) -> str:
        return self.text[:80]


class Idea(Contribution):
    """A proposal, which others may endorse. Without a member: from an offline session."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="ideas")
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), related_name="ideas", blank=True)
    # Endorsements counted by hand in an offline session; those online are rows.
    counted = models.PositiveSmallIntegerField(_("raised hands"), default=0)

    field_inventory: ClassVar = {
        (data_inventory.MEMBER_TEXT, data_inventory.WITH_THE_CONSULTATION): _WRITTEN,
        (data_inventory.PSEUDONYM, data_inventory.WITH_THE_CONSULTATION): "member",
        (data_inventory.CODES, data_inventory.WITH_THE_CONSULTATION): f"{_READ} consultation counted",
        (data_inventory.STAFF, data_inventory.WITH_THE_CONSULTATION): "read_by",
    }

    class Meta(Contribution.Meta):
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        ordering = ("-written_at", "-id")


class Endorsement(models.Model):
    """That a member finds an idea good (`priority` empty), or chose it as one that matters most."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="endorsements")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="endorsements")
    priority = models.BooleanField(default=False)

    field_inventory: ClassVar = {
        (data_inventory.PSEUDONYM, data_inventory.WITH_THE_CONSULTATION): "member idea priority",
    }

    class Meta:
        constraints = (models.UniqueConstraint(fields=("idea", "member", "priority"), name="one_endorsement_a_member"),)

    def __str__(self) -> str:
        return f"{self.idea_id} {self.member_id}"


class Post(Contribution):
    """Something said in a discussion, which all facilitators and members of the consultation read. By an adult: `adult` instead of a member."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="posts")
    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="posts", null=True, blank=True)
    adult = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    field_inventory: ClassVar = {
        (data_inventory.MEMBER_TEXT, data_inventory.WITH_THE_CONSULTATION): _WRITTEN,
        (data_inventory.PSEUDONYM, data_inventory.WITH_THE_CONSULTATION): "member",
        (data_inventory.CODES, data_inventory.WITH_THE_CONSULTATION): f"{_READ} consultation idea",
        (data_inventory.STAFF, data_inventory.WITH_THE_CONSULTATION): "read_by adult",
    }

    class Meta(Contribution.Meta):
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("written_at", "id")
        constraints = (  # type: ignore[assignment]
            *Contribution.Meta.constraints,
            models.CheckConstraint(condition=Q(member=None) | Q(adult=None), name="post_by_one"),
        )


class Quotation(models.Model):
    """Words that may be printed. Without a member nobody knows whose they are; with one only while a consent for quotations holds."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="quotations")
    text = models.CharField(_("words"), max_length=600)
    member = models.ForeignKey(
        Member, verbose_name=_("member"), on_delete=models.SET_NULL, related_name="quotations", null=True, blank=True
    )
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), related_name="quotations", blank=True)
    cleared_at = models.DateTimeField(_("cleared"), null=True, editable=False)

    objects = MultilingualManager()

    field_inventory: ClassVar = {
        (data_inventory.MEMBER_TEXT, data_inventory.FOR_FIGURES): "text text_sr text_en",
        (data_inventory.PSEUDONYM, data_inventory.AFTER_LEAVING): "member",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): "consultation cleared_at",
    }

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:80]
