"""Models of member authentication: invitation codes on paper, and sessions of limited duration."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from clicksafely.common import data_inventory
from youthpanel.models.members import Member


class InvitationCode(models.Model):
    """A single-use code on paper. `digest` is an HMAC under a key that is not in the database."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.AFTER_THE_CODE): "digest",
        (data_inventory.PSEUDONYM, data_inventory.AFTER_THE_CODE): "member",
        (data_inventory.CODES, data_inventory.AFTER_THE_CODE): "made_at expires_at used_at",
    }

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="code_expires_after_making"),
            models.UniqueConstraint(fields=("member",), condition=Q(used_at=None), name="one_unused_code_a_member"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class MemberSession(models.Model):
    """The session of a member, at most one per member. `digest` is the SHA-256 of the key in the cookie.

    It ends at `expires_at`, which is extended with use but never beyond `ends_at`.
    """

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="session")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.WITH_THE_SESSION): "digest",
        (data_inventory.PSEUDONYM, data_inventory.WITH_THE_SESSION): "member",
        (data_inventory.CODES, data_inventory.WITH_THE_SESSION): "expires_at ends_at",
    }

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(expires_at__lte=F("ends_at")), name="session_ends_at_last"),)

    def __str__(self) -> str:
        return str(self.pk)
