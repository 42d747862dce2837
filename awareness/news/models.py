"""Articles and their ordered blocks."""

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.manager import MultilingualManager

from awareness.publishing.audiences import Audience
from awareness.publishing.models import Publication, goes_index
from awareness.topics.models import Topic
from clicksafely.common import data_inventory
from clicksafely.common.serbian.scripts import localized_name
from clicksafely.common.serbian.search_folding import SLUG_LENGTH

DIGEST = r"^[0-9a-f]{64}$"


class Article(Publication):
    """A news article. Title and summary are translated (`sr`, `en`); the text is in the blocks."""

    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="articles")
    audience = models.CharField(
        _("intended for"),
        max_length=10,
        choices=Audience,
        blank=True,
        default="",
        db_default="",
        help_text=_("Lists show these readers the article first. Empty: for all."),
    )

    impersonal_fields: ClassVar = "slug title summary"

    versioned_parts: ClassVar[tuple[str, ...]] = ("blocks",)

    class Meta(Publication.Meta):
        verbose_name = pgettext_lazy("news", "article")
        verbose_name_plural = _("news")
        ordering = ("-published_at", "-id")
        constraints = (  # type: ignore[assignment]
            *Publication.Meta.constraints,
            models.CheckConstraint(condition=Q(audience__in=["", *Audience.values]), name="article_audience_known"),
        )
        indexes = (
            models.Index(fields=["-published_at", "-id"], name="article_latest_first"),
            goes_index("article_goes"),
        )

    def __str__(self) -> str:
        return self.title


class BlockKind(models.TextChoices):
    """Kind of a block; it determines which fields are used."""

    TEXT = "text", pgettext_lazy("block", "Text")
    IMAGE = "image", pgettext_lazy("block", "Picture")
    QUOTATION = "quotation", pgettext_lazy("block", "Quotation")
    CALLOUT = "callout", pgettext_lazy("block", "Call-out")
    FILE = "file", pgettext_lazy("block", "File")
    QUESTION = "question", pgettext_lazy("block", "Question and answer")
    VIDEO = "video", pgettext_lazy("block", "Video")
    QUIZ = "quiz", pgettext_lazy("block", "Quiz")
    GAME = "game", pgettext_lazy("block", "Game")


# Kinds that require a file.
KINDS_WITH_FILE = (BlockKind.IMAGE, BlockKind.FILE, BlockKind.VIDEO)
# Kinds that link to an object of another app, with the kind of its card.
KINDS_WITH_CARD = (BlockKind.QUIZ, BlockKind.GAME)


class MediaLicence(models.TextChoices):
    """Licence of a media file."""

    OWN = "own", _("Our own, all rights reserved")
    CC0 = "CC0-1.0", "CC0 1.0"
    CC_BY = "CC-BY-4.0", "CC BY 4.0"
    CC_BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
    CC_BY_NC = "CC-BY-NC-4.0", "CC BY-NC 4.0"
    PERMISSION = "permission", _("With the author's permission")


class ArticleBlock(models.Model):
    """A block of an article. Heading, text, picture description and captions (WebVTT) are translated (`sr`, `en`).

    `digest` is the SHA-256 of the stored file. `focus_x` and `focus_y` are the focal point for crops, in percent from the left and the
    top. `target` is the slug of the linked quiz or game.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="blocks")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=BlockKind, default=BlockKind.TEXT)
    heading = models.CharField(
        _("heading"),
        max_length=160,
        blank=True,
        help_text=_("The question, the source of the quotation, or the name of the file."),
    )
    text = models.TextField(_("text"), blank=True)
    alt = models.CharField(
        _("what the picture shows"), max_length=250, blank=True, help_text=_("For readers who cannot see it.")
    )
    captions = models.TextField(_("captions"), blank=True)
    target = models.SlugField(
        _("quiz or game"),
        max_length=SLUG_LENGTH,
        blank=True,
        help_text=_("The last part of its address. The card appears once the quiz or game is public."),
    )
    digest = models.CharField(max_length=64, blank=True, editable=False)
    media_type = models.CharField(max_length=80, blank=True, editable=False)
    file_name = models.CharField(_("stored file"), max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField(default=0, editable=False)
    width = models.PositiveSmallIntegerField(default=0, editable=False)
    height = models.PositiveSmallIntegerField(default=0, editable=False)
    focus_x = models.PositiveSmallIntegerField(
        _("focal point from the left, %"), default=50, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(
        _("focal point from the top, %"), default=50, validators=[MaxValueValidator(100)]
    )
    licence = models.CharField(_("licence"), max_length=16, choices=MediaLicence, blank=True)
    credit = models.CharField(_("author"), max_length=160, blank=True)
    credit_en = models.CharField(
        _("author, in English"),
        max_length=160,
        blank=True,
        help_text=_("If this is empty, English pages show the name in Latin script."),
    )

    impersonal_fields: ClassVar = "heading text alt captions target digest media_type file_name"
    field_inventory: ClassVar = {(data_inventory.AUTHOR, data_inventory.WITH_THE_PAGE): "credit credit_en"}

    objects = MultilingualManager()

    class Meta:
        verbose_name = pgettext_lazy("article", "block")
        verbose_name_plural = pgettext_lazy("article", "blocks")
        ordering = ("order", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=BlockKind.values), name="block_kind_known"),
            models.CheckConstraint(condition=Q(licence__in=["", *MediaLicence.values]), name="block_licence_known"),
            models.CheckConstraint(condition=Q(digest="") | Q(digest__regex=DIGEST), name="block_digest_is_one"),
            models.CheckConstraint(
                condition=~Q(kind__in=KINDS_WITH_FILE) | ~Q(digest=""),
                name="block_has_file",
                violation_error_message=_("Choose the file."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=KINDS_WITH_CARD) | ~Q(target=""),
                name="block_has_target",
                violation_error_message=_("Enter the quiz or game."),
            ),
            models.CheckConstraint(
                condition=Q(focus_x__lte=100, focus_y__lte=100),
                name="block_focus_in_image",
                violation_error_message=_("The point is outside the picture."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.order}"

    def publication_faults(self) -> dict[str, str]:
        """Return what must be corrected before publication: a picture needs a description, a file a licence."""
        found = {}
        if self.kind == BlockKind.IMAGE and not getattr(self, "alt_sr", ""):
            found["alt_sr"] = _("Describe the picture for readers who cannot see it.")
        if self.kind in KINDS_WITH_FILE and not self.licence:
            found["licence"] = _("Enter the licence.")
        return {field: str(message) for field, message in found.items()}

    @property
    def author(self) -> str:
        """The author's name in the script of the active language."""
        return localized_name(self.credit, self.credit_en)
