"""Models of member authentication: the codes of slips, their replacement, and sessions of limited duration."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clicksafely.common import data_inventory
from youthpanel.models.members import Member


class InvitationCode(models.Model):
    """The code on a slip of paper, valid for a season, and the six pictures that its member chose.

    The member chooses the pictures at the first visit. `digest` is an HMAC, `pictures` a slow hash
    (`member_auth.pictures`), both under keys that are not in the database. A void slip has neither; its row remains,
    because the date is shown to its member.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="codes")
    digest = models.BinaryField(max_length=32, unique=True, null=True)
    # None until the first visit.
    pictures = models.BinaryField(max_length=32, null=True)
    # Since the last visit.
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    void_since = models.DateTimeField(null=True)

    field_inventory: ClassVar = {
        (data_inventory.DIGEST, data_inventory.AFTER_THE_CODE): "digest pictures",
        (data_inventory.PSEUDONYM, data_inventory.AFTER_THE_CODE): "member",
        (data_inventory.CODES, data_inventory.AFTER_THE_CODE): "wrong_tries created_at expires_at void_since",
    }

    class Meta:
        verbose_name = _("invitation code")
        verbose_name_plural = _("invitation codes")
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="code_expires_after_creation"),
            models.CheckConstraint(
                condition=Q(void_since=None, digest__isnull=False)
                | Q(void_since__isnull=False, digest=None, pictures=None),
                name="void_code_has_no_digests",
            ),
            models.UniqueConstraint(fields=("member",), condition=Q(void_since=None), name="one_code_a_member"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class SlipReplacement(models.Model):
    """A member whose slip became void after pictures were chosen. The next slip needs a request and the approval of another person.

    Otherwise one coordinator could print a slip, choose pictures and act as the member.
    """

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="slip_replacement")
    # None: the system ended the membership.
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    requested_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.PSEUDONYM, data_inventory.UNTIL_APPROVED): "member",
        (data_inventory.STAFF, data_inventory.UNTIL_APPROVED): "requested_by",
        (data_inventory.CODES, data_inventory.UNTIL_APPROVED): "requested_at",
    }

    class Meta:
        verbose_name = _("replacement of a slip")
        verbose_name_plural = _("replacements of slips")
        default_permissions = ()
        permissions = (("approve_slip", _("Can approve the replacement of a slip")),)

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
        verbose_name = _("session of a member")
        verbose_name_plural = _("sessions of members")
        constraints = (models.CheckConstraint(condition=Q(expires_at__lte=F("ends_at")), name="session_ends_at_last"),)

    def __str__(self) -> str:
        return str(self.pk)
