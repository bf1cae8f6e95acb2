"""Sends alert messages by e-mail, as plain text and HTML."""

from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from ssl import SSLError

import aiosmtplib

from common.alerts import AlertMessage, AlertRow
from common.config import MailSettings
from services.worker.alerts.delivery import Delivery, NotDeliveredError

_TIMEOUT_SECONDS = 20
_STYLE = "font-family:system-ui,sans-serif;font-size:15px;line-height:1.5;color:#1f2430"
_FOOTER = "You receive this e-mail because of an alert for {site}. You can turn the alert off in the site's settings."


async def send_mail(delivery: Delivery, settings: MailSettings) -> None:
    """Raises ``NotDeliveredError``."""
    if settings.host is None or settings.sender is None:
        raise NotDeliveredError("e-mail is not configured: set mail.host and mail.sender")
    try:
        await aiosmtplib.send(
            mail_of(delivery, settings.sender),
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password.get_secret_value() if settings.password else None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            timeout=_TIMEOUT_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused:
        raise NotDeliveredError("mail server rejected the recipient") from None
    except aiosmtplib.SMTPResponseException as error:
        raise NotDeliveredError(f"mail server returned code {error.code}") from None
    except (aiosmtplib.SMTPException, OSError, SSLError, ValueError) as error:
        raise NotDeliveredError(f"mail server unavailable: {type(error).__name__}") from None


def mail_of(delivery: Delivery, sender: str) -> EmailMessage:
    """Raises ``ValueError`` for a header with a line break."""
    message, mail = delivery.message, EmailMessage()
    mail["From"] = sender
    mail["To"] = delivery.target
    mail["Subject"] = message.title
    mail["Date"] = format_datetime(delivery.created_at)
    # The same for each attempt, so that mail clients recognize a message that arrives twice.
    mail["Message-ID"] = f"<{delivery.id}@{sender.rpartition('@')[2].strip('<> ') or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_plain(message))
    mail.add_alternative(_html(message), subtype="html")
    return mail


def _plain(message: AlertMessage) -> str:
    width = max((len(row.label) for row in message.rows), default=0)
    lines = [f"{row.label:{width}}  {row.value:>9}  {row.change}".rstrip() for row in message.rows]
    return "\n".join([message.title, "", message.text, "", *lines, "", "-- ", _FOOTER.format(site=message.site), ""])


def _html(message: AlertMessage) -> str:
    rows = "".join(map(_html_row, message.rows))
    table = f'<table style="border-collapse:collapse">{rows}</table>' if rows else ""
    return (
        f'<!doctype html><html lang="en"><body style="{_STYLE}"><h1 style="font-size:20px">{escape(message.title)}</h1>'
        f"<p>{escape(message.text)}</p>{table}"
        f'<p style="font-size:12px;color:#667">{escape(_FOOTER.format(site=message.site))}</p></body></html>\n'
    )


def _html_row(row: AlertRow) -> str:
    cells = (
        f'<td style="padding:2px 24px 2px 0">{escape(row.label)}</td>',
        f'<td style="padding:2px 16px 2px 0;text-align:right">{escape(row.value)}</td>',
        f'<td style="padding:2px 0;text-align:right">{escape(row.change)}</td>',
    )
    return f"<tr>{''.join(cells)}</tr>"
