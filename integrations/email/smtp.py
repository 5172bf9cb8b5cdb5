"""Hands a mail to the mail server in SMTP_URL: `smtp://user:password@host:587` or `smtps://...`.

`smtp://` speaks STARTTLS where the server offers it, and insists on it before a password.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 20


class MailUnavailable(Exception):
    """The mail server could not be reached or said “later”: try again."""


class MailRefused(Exception):
    """The mail server said no for good: an unknown recipient, a refused sender."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, by its address with user and password."""

    url: str

    def send(self, message: EmailMessage) -> None:
        """Sends to the message's own recipients. MailUnavailable or MailRefused when it did not."""
        try:
            with self._connected() as server:
                refused = server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _sorted_out(max(code for code, _ in error.recipients.values()), error) from error
        except smtplib.SMTPResponseException as error:
            raise _sorted_out(error.smtp_code, error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(str(error)) from error
        if refused:
            raise MailRefused(f"Not delivered to: {', '.join(sorted(refused))}")

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS)
            if parts.username or server.has_extn("starttls"):
                server.ehlo()
                if server.has_extn("starttls") or parts.username:
                    server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _sorted_out(code: int, error: Exception) -> Exception:
    return MailRefused(str(error)) if code >= 500 else MailUnavailable(str(error))
