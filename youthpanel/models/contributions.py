"""Models of what members contribute to a consultation: answers, ideas, endorsements, posts and quotations."""

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
    """The fact that a member has answered, without the answers.

    The row has no time and no sequence, only a random id and a day. In an anonymous consultation the day is the same in
    all rows.
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
        verbose_name = _("participation in a consultation")
        verbose_name_plural = _("participations in consultations")
        constraints = (models.UniqueConstraint(fields=("consultation", "member"), name="one_participation_a_member"),)

    def __str__(self) -> str:
        return str(self.pk)


class AnswerSheet(models.Model):
    """The answers of one participant: {question id: {"choices": [...], "score": n, "text": "..."}}.

    In an anonymous consultation, no column, row order or transaction id links a sheet to a participation. With each new
    sheet, all rows of both tables are rewritten in random order. All have the same day. A trigger refuses `offline`
    (entered by facilitators from paper).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="sheets")
    day = models.DateField()
    offline = models.BooleanField(default=False)
    answers = models.JSONField()
    # Null in an anonymous consultation, enforced by a trigger.
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


# The fields of ideas and posts for `field_inventory`, besides their own.
_WRITTEN = "text refusal_reason"
_READ = "state written_at read_at"


class Contribution(models.Model):
    """Base of members' texts under a pseudonym. Other members see them after moderation."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="%(class)ss", null=True)
    text = models.TextField(_("text"), max_length=2000)
    state = models.CharField(_("state"), max_length=9, choices=ContributionState, default=ContributionState.WAITING)
    written_at = models.DateTimeField(_("written"), editable=False)
    read_at = models.DateTimeField(_("moderated"), null=True, editable=False)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    refusal_reason = models.CharField(_("reason for not showing it"), max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ContributionState.values), name="%(class)s_state_known"),
        )

    def __str__(self) -> str:
        return self.text[:80]


class Idea(Contribution):
    """A proposal, which other members may endorse. Ideas of an offline session have no member."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="ideas")
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), related_name="ideas", blank=True)
    # Raised hands of an offline session. Online endorsements are rows.
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
    """An endorsement of an idea by a member; with `priority`, the idea is one of the member's priorities."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="endorsements")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="endorsements")
    priority = models.BooleanField(default=False)

    field_inventory: ClassVar = {
        (data_inventory.PSEUDONYM, data_inventory.WITH_THE_CONSULTATION): "member idea priority",
    }

    class Meta:
        verbose_name = _("endorsement of an idea")
        verbose_name_plural = _("endorsements of ideas")
        constraints = (models.UniqueConstraint(fields=("idea", "member", "priority"), name="one_endorsement_a_member"),)

    def __str__(self) -> str:
        return f"{self.idea_id} {self.member_id}"


class Post(Contribution):
    """A post in the discussion of a consultation. Facilitators' posts have `adult` instead of a member."""

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
    """An excerpt that may be printed.

    Without a member its author is unknown; otherwise it needs a valid consent for quotations.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="quotations")
    text = models.CharField(_("text"), max_length=600)
    member = models.ForeignKey(
        Member, verbose_name=_("member"), on_delete=models.SET_NULL, related_name="quotations", null=True, blank=True
    )
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), related_name="quotations", blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)

    objects = MultilingualManager()

    field_inventory: ClassVar = {
        (data_inventory.MEMBER_TEXT, data_inventory.FOR_FIGURES): "text text_sr text_en",
        (data_inventory.PSEUDONYM, data_inventory.AFTER_LEAVING): "member",
        (data_inventory.CODES, data_inventory.FOR_FIGURES): "consultation approved_at",
    }

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:80]
