"""The kinds of mail whose words a company may choose, and what each of them may name.

A text names facts in braces, `{order number}`, and nothing else in it means anything: it is filled
in by plain substitution, once, so that neither the text nor a fact can run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.kernel.errors import Problem, Refused

EVERYWHERE = ("company", "phone")
"""What every mail may name: the company's own name and telephone number."""
LONGEST_SUBJECT, LONGEST_BODY = 200, 8000
_NAMED = re.compile(r"\{([^{}\n]*)\}")
_EMPTY_BRACKETS = re.compile(r"[ \t]*\([ \t]*\)")
_BLANKS = re.compile(r"[ \t]{2,}")
_MANY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class MailKind:
    """A kind of mail. `needed` are placeholders without which it would be of no use."""

    key: str
    own: tuple[str, ...]
    needed: tuple[str, ...] = ()

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Everything that its text may name."""
        return (*self.own, *EVERYWHERE)


_ORDER = ("order number", "PO number")
_PRO_FORMA = ("pro-forma number", *_ORDER, "amount", "pay by", "bank details", "card link")
MAIL_KINDS: dict[str, MailKind] = {
    kind.key: kind
    for kind in (
        MailKind("acknowledgement", (*_ORDER, "total", "placed for you", "when it ships",
                                     "what it waits for")),
        MailKind("acknowledgement_revised", (*_ORDER, "revision", "what changed", "total",
                                             "total before", "reason", "when it ships")),
        MailKind("cancelled", (*_ORDER, "total before", "reason", "money back")),
        MailKind("payment_due", (*_ORDER, "amount", "what is due", "link"), ("link",)),
        MailKind("shipped", (*_ORDER, "delivery note number", "where it is", "what left",
                             "tracking number", "what follows")),
        MailKind("answered", (*_ORDER, "answer", "question", "link"), ("answer",)),
        MailKind("return_decided", ("return number", "order number", "outcome", "decision",
                                    "how to send it", "message")),
        MailKind("pro_forma", _PRO_FORMA),
        MailKind("pro_forma_reminder", _PRO_FORMA),
        MailKind("pro_forma_lapsed", _PRO_FORMA),
        MailKind("invoice", ("invoice number", *_ORDER, "amount", "what is due", "left to pay",
                             "due date", "paid in full", "bank details")),
        MailKind("credit_note", ("credit note number", "invoice number", "amount", "reason")),
        MailKind("statement", ("account number", "first day", "last day", "balance", "overdue")),
        MailKind("price_notice", ("account number", "valid from", "products")),
        MailKind("purchase_order", ("purchase order number", "deliver by")),
        MailKind("application_received", ("name",)),
        MailKind("application_approved", ("name", "account number", "what to do", "link"),
                 ("link",)),
        MailKind("application_declined", ("name", "reason")),
        MailKind("invitation", ("name", "invited by", "invited to", "what to do", "link"),
                 ("link",)),
        MailKind("reset", ("name", "link"), ("link",)),
        MailKind("new_email", ("name", "link"), ("link",)),
        MailKind("email_changed", ("name", "new address")),
        MailKind("today", ("name", "day", "what waits", "link"), ("what waits",)),
    )
}  # fmt: skip


SECRET_KINDS = frozenset(
    {"reset", "new_email", "email_changed", "invitation", "application_approved"}
)
"""Mails that let somebody in: nobody but an administrator deals with them."""


def placeholders_in(text: str) -> list[str]:
    """What a text names, as it is written there."""
    return [" ".join(found.split()) for found in _NAMED.findall(text)]


def check_text(kind: MailKind, subject: str, body: str) -> None:
    """Refused, at its field and in a sentence, for a text that could not be sent like this."""
    problems = [
        *_problems(kind, subject, "subject", "a subject", LONGEST_SUBJECT),
        *_problems(kind, body, "body", "a text", LONGEST_BODY),
    ]
    if "\n" in subject.strip():
        problems.append(Problem("The subject is one line.", "subject"))
    named = {each.casefold() for each in placeholders_in(body)}
    problems += [
        Problem(f"The text needs {{{each}}}: without it nobody can follow this mail.", "body")
        for each in kind.needed
        if each.casefold() not in named
    ]
    if problems:
        raise Refused(problems[0].sentence, problems=problems)


def _problems(kind: MailKind, text: str, field: str, what: str, longest: int) -> list[Problem]:
    if not text.strip():
        return [Problem(f"Write {what}, or go back to the built-in one.", field)]
    if len(text) > longest:
        return [Problem(f"That is longer than {longest:,} characters.", field)]
    known = {each.casefold() for each in kind.placeholders}
    found = [
        Problem(
            f"There is no {{{each}}} in this mail. It may name "
            f"{', '.join(f'{{{one}}}' for one in kind.placeholders)}.",
            field,
        )
        for each in placeholders_in(text)
        if each.casefold() not in known
    ]
    if re.search(r"[{}]", _NAMED.sub("", text)):
        found.append(Problem("A brace { or } stands alone. A placeholder has both.", field))
    return found


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts in place; what a fact says is never looked at again.

    A line that names only facts which are empty here is left out, and so are brackets that end up
    empty. A placeholder nobody knows stays as it is written.
    """
    known = {name.casefold(): value for name, value in facts.items()}
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        named = [each.casefold() for each in placeholders_in(line)]
        if named and not any(known.get(each, each) for each in named):
            continue
        lines.append(_filled(line, known) if named else line.rstrip())
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _filled(line: str, known: Mapping[str, str]) -> str:
    """The line's own words are tidied around facts that are empty; the facts are left alone."""
    empty = _NAMED.sub(lambda found: found.group() if known.get(_name(found), "x") else "", line)
    if empty != line:
        empty = _BLANKS.sub(" ", _EMPTY_BRACKETS.sub("", empty))
    return _NAMED.sub(lambda found: known.get(_name(found), found.group()), empty).rstrip()


def _name(found: re.Match[str]) -> str:
    return " ".join(found.group(1).split()).casefold()
