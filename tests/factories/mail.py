"""Plain messages for the tests of what becomes of them."""

from base64 import encodebytes

PICTURE = bytes(range(256)) * 40
SENDER = "ana.petrovic@example.org"


def message(
    number: int | str = 1,
    *,
    text: str = "Видела сам https://forum.example.org/tema/7 јутрос.",
    to: str = "prijava@hotline.test",
    **headers: str,
) -> bytes:
    """A message of a person; header lines by keyword, `_` for `-`, an empty one leaves it out."""
    lines = {
        "From": f"Ana Petrovic <{SENDER}>",
        "To": to,
        "Subject": f"Prijava {number}",
        "Message-ID": f"<{number}@example.org>",
        "Date": "Mon, 2 Mar 2026 10:15:00 +0100",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\n{text}\r\n".encode()


def with_picture(
    number: int | str = 1, *, name: str = "letovanje-marko.jpg", data: bytes = PICTURE, **headers: str
) -> bytes:
    """The same with a file attached."""
    coded = encodebytes(data).decode()
    text = (
        "--frontier\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nU prilogu je slika.\r\n"
        f'--frontier\r\nContent-Type: image/jpeg; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{coded}\r\n--frontier--"
    )
    return message(number, text=text, Content_Type='multipart/mixed; boundary="frontier"', **headers)


def bounce(*, to: str, failed: str = "", number: int | str = "bounce") -> bytes:
    """A delivery status notification (RFC 3464)."""
    text = (
        "--part\r\nContent-Type: text/plain\r\n\r\nThe message could not be delivered.\r\n"
        "--part\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {failed or SENDER}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--part--"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="part"'
    return message(
        number, text=text, to=to, From="Mailer <MAILER-DAEMON@mx.example.org>", Return_Path="<>", Content_Type=kind
    )
