"""Models of opinion cards: rounds of statements, and the votes of members without a link to them."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from clicksafely.common import data_inventory
from youthpanel.models.consultations import Consultation
from youthpanel.models.members import Member

MAX_STATEMENT_LENGTH = 140


class OpinionRound(models.Model):
    """Statements on which the members of a consultation vote once. Members vote in the round with the highest number.

    `figures`: the published figures, computed at closing (`opinions.Figures`). Null before it.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="opinion_rounds")
    number = models.PositiveSmallIntegerField()
    figures = models.JSONField(null=True, editable=False)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.AS_RECORD): "consultation number figures",
    }

    class Meta:
        verbose_name = _("round of opinion cards")
        verbose_name_plural = _("rounds of opinion cards")
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("consultation", "number"), name="one_opinion_round_a_number"),)

    def __str__(self) -> str:
        return str(self.number)


class Statement(models.Model):
    """A statement on a card. Text in `sr` and `en`. A trigger keeps the statements of a round once it has votes."""

    round = models.ForeignKey(OpinionRound, on_delete=models.CASCADE, related_name="statements")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(_("statement"), max_length=MAX_STATEMENT_LENGTH)

    field_inventory: ClassVar = {
        (data_inventory.MEMBER_TEXT, data_inventory.AS_RECORD): "text text_sr text_en",
        (data_inventory.CODES, data_inventory.AS_RECORD): "round order",
    }

    objects = MultilingualManager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ("order", "id")

    def __str__(self) -> str:
        return self.text


class OpinionParticipation(models.Model):
    """The fact that a member has voted in a round, without the votes. No time, no sequence; a new random id with every vote."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(OpinionRound, on_delete=models.CASCADE, related_name="participations")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="opinion_participations")

    field_inventory: ClassVar = {
        (data_inventory.PSEUDONYM, data_inventory.UNTIL_RESULTS): "member",
        (data_inventory.CODES, data_inventory.UNTIL_RESULTS): "round",
    }

    class Meta:
        verbose_name = _("participation in opinion cards")
        verbose_name_plural = _("participations in opinion cards")
        constraints = (models.UniqueConstraint(fields=("round", "member"), name="one_opinion_participation_a_member"),)

    def __str__(self) -> str:
        return str(self.pk)


class OpinionSheet(models.Model):
    """All votes of one member in a round: {statement id: 1 agree, 0 unsure, -1 disagree}, without gaps.

    As with anonymous answers, no column, row order or transaction id links a sheet to a participation. Both tables are
    rewritten in random order with every sheet. Both are erased when the results are first shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(OpinionRound, on_delete=models.CASCADE, related_name="sheets")
    votes = models.JSONField(editable=False)

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.UNTIL_RESULTS): "round votes",
    }

    class Meta:
        verbose_name = _("sheet of votes")
        verbose_name_plural = _("sheets of votes")

    def __str__(self) -> str:
        return str(self.pk)
