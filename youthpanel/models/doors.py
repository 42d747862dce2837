"""How a member gets to their own pages: a code on paper, used once, and a session that does not last."""

from django.db import models
from django.db.models import F, Q

from youthpanel.models.records import Member


class InvitationCode(models.Model):
    """A code on paper. `digest` is an HMAC under a key that the database does not hold."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="code_expires_after_making"),
            models.UniqueConstraint(fields=("member",), condition=Q(used_at=None), name="one_unused_code_a_member"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class MemberSession(models.Model):
    """A browser in which a member is signed in. `digest` is the SHA-256 of the key in its cookie."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sessions")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
