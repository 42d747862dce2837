"""Messages are read by a confined process. What it cannot read, or a message that takes it over, becomes an entry."""

import json
from collections.abc import Callable

import pytest

from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.sandbox import runner
from clicksafely.common.sandbox.runner import SandboxFailed
from hotline.intake.email import sandbox
from hotline.intake.email.parser import normalise_text, read_message
from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.services import ingest_message, ingest_oversize
from hotline.models import IncomingMail
from tests.common.sandbox.test_runner import JOBS
from tests.factories.mail import message, with_picture
from tests.hotline.intake.email.parsed_mail import HEAD
from tests.hotline.review.conftest import NOW


def test_a_confined_process_knows_every_charset() -> None:
    data = b"a \x84\xbe\x8a\xe6 b"
    for charset in (
        "utf-8",
        "utf-7",
        "windows-1250",
        "koi8-r",
        "iso-2022-jp",
        "gb18030",
        "hz",
        "punycode",
        "x-unknown",
    ):
        expected, _note = decode_text(data, charset)
        mail = parse_message(HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode() + data)
        assert mail.text == normalise_text(expected), charset


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["crash", "spin"])
def test_a_message_that_ends_its_process_is_an_entry(act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = runner.run_sandboxed
    monkeypatch.setattr(sandbox, "run_sandboxed", lambda *_args, content: run(JOBS, [act], content=content, seconds=1))
    with pytest.raises(SandboxFailed):
        parse_message(message())
    mail = ingest_message(raw=message(), now=NOW)
    assert (mail.kind, mail.reason) == ("unreadable", "not_parsed")


def _changed(change: Callable[[dict[str, object]], object]) -> bytes:
    read = json.loads(sandbox.split_parts(runner.run_sandboxed(sandbox.READER, content=with_picture()))[0])
    change(read)
    document = json.dumps(read).encode()
    return b"%d\n%s" % (len(document), document)


OUTPUTS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no JSON": lambda: b"1\n{",
    "a field that is missing": lambda: _changed(lambda read: read.pop("text")),
    "a field more": lambda: _changed(lambda read: read.update(admin=True)),
    "a number for a text": lambda: _changed(lambda read: read.update(text=1)),
    "a digest that is none": lambda: _changed(lambda read: read.update(identity="x")),
    "an unknown kind": lambda: _changed(lambda read: read.update(nature="staff")),
    "a picture of no file": lambda: _changed(lambda read: read.update(pictures=[99])),
}


@pytest.mark.django_db
@pytest.mark.parametrize("output", OUTPUTS)
def test_output_of_another_form_is_an_entry(output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that took over its process decides what comes out, and nothing else."""
    written = OUTPUTS[output]()
    monkeypatch.setattr(sandbox, "run_sandboxed", lambda *_args, content: written)
    mail = ingest_message(raw=message(), now=NOW)
    assert (mail.kind, mail.reason) == ("unreadable", "not_parsed")


@pytest.mark.django_db
def test_without_a_process_the_message_stays_in_the_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, content: bytes) -> bytes:
        raise BlockingIOError

    monkeypatch.setattr(sandbox, "run_sandboxed", fails)
    with pytest.raises(BlockingIOError):
        ingest_message(raw=message(), now=NOW)
    with pytest.raises(BlockingIOError):
        ingest_oversize(head=message(), size=10**9, now=NOW)
    assert not IncomingMail.objects.exists()


def test_the_process_returns_the_pictures_apart() -> None:
    read, pictures = read_message(with_picture())
    assert [read.files[place].size for place in read.pictures] == [len(picture) for picture in pictures]
