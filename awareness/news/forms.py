"""Form of a block: required fields by kind, files checked by content."""

from typing import Any, cast

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.news.files import (
    InvalidCaptions,
    InvalidMediaFile,
    StoredMedia,
    crop_picture,
    read_captions,
    store_upload,
)
from awareness.news.models import KINDS_WITH_CARD, KINDS_WITH_FILE, ArticleBlock, BlockKind
from awareness.news.pictures import MIDDLE, description_of, find_picture, stored_media
from awareness.news.widgets import BlockFileInput, PictureChooser
from awareness.publishing.forms import PageField, PageFormSet, PartForm
from clicksafely.common.fields import UnlabelledHiddenInput
from clicksafely.common.files.upload_handlers import ReceivedFile

CAPTIONS = {"captions_file_sr": "captions_sr", "captions_file_en": "captions_en"}
SALT = "awareness.news.stored_upload"
LASTS_SECONDS = 8 * 3600


class BlockForm(PartForm):
    """Form of one block. The stored file stays until another is chosen."""

    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "A picture or a document (PDF, DOCX, PPTX, ODT, ODP), at most 10 MB, or a video (MP4, WebM), at most 200 MB."
        ),
        widget=BlockFileInput(),
    )
    existing = forms.CharField(
        label=gettext_lazy("A picture that is already on the site"),
        required=False,
        max_length=10,
        help_text=gettext_lazy(
            "Its number on the page “Pictures”. Empty descriptions, licence and focal point are taken over from it."
        ),
        widget=PictureChooser(),
    )
    # The token of a file already accepted while another field failed validation, so that it need not be chosen again.
    stored_upload = forms.CharField(required=False, label="", widget=UnlabelledHiddenInput)
    page = PageField(
        label=gettext_lazy("Quiz or game"),
        required=False,
        help_text=gettext_lazy("The card appears once the quiz or game is public."),
    )
    captions_file_sr = forms.FileField(
        label=gettext_lazy("Captions in Serbian (WebVTT)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt"}),
    )
    captions_file_en = forms.FileField(
        label=gettext_lazy("Captions in English (WebVTT)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.target:
            self.initial["page"] = f"{self.instance.kind}:{self.instance.target}"

    def clean(self) -> dict[str, Any]:
        """Check the fields and the file type that the kind requires."""
        data = super().clean() or {}
        kind = data.get("kind")
        if kind == BlockKind.IMAGE and data.get("existing") and not data.get("upload"):
            self._choose(data)
        elif kind:
            self._check_file(BlockKind(kind), data.get("upload"), data.get("stored_upload", ""))
        if kind:
            self._check_words(BlockKind(kind), data)
            self._crop(BlockKind(kind), data.get("focus_x"), data.get("focus_y"))
        for name in CAPTIONS:
            self._read_captions(name, data.get(name))
        return data

    def _check_file(self, kind: BlockKind, upload: ReceivedFile | None, token: str) -> None:
        block: ArticleBlock = self.instance
        if upload and kind in KINDS_WITH_FILE:
            try:
                stored = store_upload(kind, upload)
            except InvalidMediaFile as refusal:
                self.add_error("upload", str(refusal.message))
            else:
                self._take(kind, stored)
        elif kind in KINDS_WITH_FILE and (signed_media := _read_token(token, kind)):
            self._take(kind, signed_media)
        elif kind in KINDS_WITH_FILE and not block.digest:
            self.add_error("upload", _("Choose the file."))
        elif kind in KINDS_WITH_FILE and self.initial.get("kind", kind) != kind:
            self.add_error("upload", _("The kind of the block has changed: choose the file again."))

    def _choose(self, data: dict[str, Any]) -> None:
        """Use a stored picture, and its description where the editor left it empty."""
        source = find_picture(data["existing"].strip())
        if source is None:
            self.add_error("existing", _("There is no picture with this number. Look it up on the page “Pictures”."))
            return
        self._take(BlockKind.IMAGE, stored_media(source))
        for name, value in description_of(source).items():
            untouched = data.get(name) == MIDDLE if name.startswith("focus") else not data.get(name)
            if untouched and name in self.fields:
                data[name] = value

    def _crop(self, kind: BlockKind, focus_x: int | None, focus_y: int | None) -> None:
        """Create the crops before the whole form is valid, so that a full disk is reported at the field."""
        if kind == BlockKind.IMAGE and self.instance.digest and focus_x is not None and focus_y is not None:
            try:
                crop_picture(self.instance.digest, focus_x, focus_y)
            except InvalidMediaFile as refusal:
                self.add_error("upload", str(refusal.message))

    def _take(self, kind: BlockKind, stored: StoredMedia) -> None:
        for field, value in stored._asdict().items():
            setattr(self.instance, field, value)
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("stored_upload")] = signing.dumps([kind, *stored], salt=SALT)
        self.data = data

    def _check_words(self, kind: BlockKind, data: dict[str, Any]) -> None:
        if kind in {BlockKind.TEXT, BlockKind.QUOTATION, BlockKind.CALLOUT, BlockKind.QUESTION} and not data.get(
            "text_sr"
        ):
            self.add_error("text_sr", _("Write the text."))
        if kind == BlockKind.QUESTION and not data.get("heading_sr"):
            self.add_error("heading_sr", _("Write the question."))
        if kind in KINDS_WITH_CARD and "page" in data:
            chosen, _separator, self.instance.target = data["page"].partition(":")
            if not chosen:
                self.add_error("page", _("Choose the quiz or game."))
            elif chosen != kind:
                self.add_error("page", _("This page is of another kind than the block."))

    def _read_captions(self, name: str, upload: ReceivedFile | None) -> None:
        if upload:
            try:
                setattr(self.instance, CAPTIONS[name], read_captions(upload))
            except InvalidCaptions as refusal:
                self.add_error(name, str(refusal.message))


def _read_token(token: str, kind: BlockKind) -> StoredMedia | None:
    """Return the file named by a token. None if the token is invalid, expired, or of another kind of block."""
    try:
        token_kind, *values = signing.loads(token, salt=SALT, max_age=LASTS_SECONDS) if token else [""]
    except signing.BadSignature:
        return None
    return StoredMedia(*values) if token_kind == kind else None


class BlockFormSet(PageFormSet):
    """The blocks of an article."""

    page_kinds = KINDS_WITH_CARD
