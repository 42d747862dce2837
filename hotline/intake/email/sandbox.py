"""Parses e-mail messages in the sandbox."""

from typing import Final

from clicksafely.common.files.renditions import split_parts
from clicksafely.common.mail.message_kind import MessageKind
from clicksafely.common.sandbox.results import decode_result
from clicksafely.common.sandbox.runner import run_sandboxed
from hotline.intake.email.parser import FileFound, ReadMessage
from hotline.intake.email.types import ParsedMail, UnreadableMessage
from hotline.intake.email.url_extraction import LocationCollector
from hotline.triage.hash_lists.digests import FileDigest, add_pdq, digest_pictures

READER: Final = "hotline.intake.email.confined_parser"


def parse_message(raw: bytes) -> ParsedMail:
    """Parse a message. A confined process reads it, another one decodes its pictures.

    Raises UnreadableMessage with the reason "no_headers" or "empty" if it cannot become a report. Raises SandboxFailed
    if a process failed, and ValueError for the output of a process that a message took over.
    """
    document, *pictures = split_parts(run_sandboxed(READER, content=raw))
    read = decode_result(ReadMessage, document)
    files = [_digests(file) for file in read.files]
    notes = dict.fromkeys(read.notes)
    found, complete = digest_pictures(pictures)
    if not complete:
        notes["pictures_not_compared"] = None
    for place, pdq in zip(read.pictures, found, strict=True):
        files[place] = add_pdq(files[place], pdq)
    names, identity = tuple(file.name for file in read.files), bytes.fromhex(read.identity)
    if read.unreadable:
        raise UnreadableMessage(
            read.unreadable,
            identity=identity,
            headers=read.headers,
            files=tuple(files),
            file_names=names,
            text=read.text,
            undecoded=read.undecoded,
        )
    finder = LocationCollector()
    for source in read.sources:
        (finder.follow if source.is_target else finder.search)(source.text)
    if finder.cut:
        notes["too_many_addresses"] = None
    return ParsedMail(
        message_id=read.message_id,
        identity=identity,
        subject=read.subject,
        text=read.text,
        sender=read.sender,
        reply_to=read.reply_to,
        recipients=read.recipients,
        nature=MessageKind(read.nature),
        failed_tag_recipients=read.failed_tag_recipients,
        headers=read.headers,
        authentication_results=read.authentication_results,
        files=tuple(files),
        file_names=names,
        extraction=finder.extraction(),
        language=read.language,
        notes=tuple(notes),
        undecoded=read.undecoded,
        parts_left_out=read.parts_left_out,
    )


def _digests(file: FileFound) -> FileDigest:
    return FileDigest(
        md5=bytes.fromhex(file.md5),
        sha1=bytes.fromhex(file.sha1),
        sha256=bytes.fromhex(file.sha256),
        media_type=file.media_type,
        size=file.size,
    )
