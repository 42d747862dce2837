"""Delivery status notifications (RFC 3464) in the format of Postfix."""

import zlib

from clicksafely.devserver.mock_services.smtp import Letter

_BOUNDARY = "B.1"


def delivery_notice(
    letter: Letter, *, to: str = "", action: str = "failed", status: str = "5.1.1", headers: bool = True
) -> bytes:
    """Return a notification about the message's first recipient, with the headers of the message.

    It is addressed to the envelope sender or to `to`.
    """
    recipient = letter.recipients[0]
    reason = "unknown user" if action == "failed" else "Connection timed out"
    parts = [
        "Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        f"This is the mail system at host mx.example.net.\r\n\r\n<{recipient}>: host mx.example.net said: {reason}\r\n",
        "Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nOriginal-Recipient: rfc822;{recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {reason}\r\n",
    ]
    if headers:
        original = letter.content.split(b"\r\n\r\n", 1)[0].decode()
        parts.append(
            f"Content-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n{original}\r\n"
        )
    body = "".join(f"--{_BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n"
    return (
        "Return-Path: <>\r\n"
        "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        f"To: {to or letter.sender}\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{_BOUNDARY}"\r\n'
        "Date: Mon, 2 Mar 2026 13:00:00 +0000\r\n"
        f"Message-Id: <{zlib.crc32((to + body).encode()):08x}@mx.example.net>\r\n\r\n{body}"
    ).encode()
