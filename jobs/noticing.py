"""Price notices go out: on their day by the clock, one file for each account."""

from __future__ import annotations

from sqlalchemy.orm import Session

from integrations.documents import PDF, Documents
from integrations.documents.price_notice import XLSX, NoticeFacts, notice_paper, notice_workbook
from jobs.app import Work, task
from jobs.documenting import mail_document, people_of, sent_to
from models.accounts import Account, billing_address
from models.catalog import own_numbers_of
from models.kernel import clock
from models.kernel.errors import NotFound
from models.kernel.failpoint import fail_at
from models.kernel.files import StoredFile
from models.kernel.seller import Seller, first_seller
from models.pricing import (
    NOTICE_KIND,
    RUNNING_NOTICE,
    SENDING_NOTICE,
    AccountPriceNotice,
    changes_told,
    digest_of,
    notices_due,
    send_notice,
)


@task("price_notice.due", cron="12 * * * *")
def send_what_is_due(work: Work) -> None:
    """Every hour of the seller's day: planned notices whose day has come."""
    with work.session() as session:
        try:
            waiting = notices_due(session, first_seller(session))
        except NotFound:  # no company yet
            return
    for notice_id in waiting:
        run_notice(work, notice_id=notice_id)


@task(RUNNING_NOTICE)
def run_notice(work: Work, notice_id: int) -> None:
    """Finds the accounts of one notice and has each told. A second run changes nothing."""
    with work.session() as session:
        send_notice(session, notice_id, first_seller(session))
        session.commit()


@task(SENDING_NOTICE, queue="documents")
def tell_account(work: Work, told_id: int) -> None:
    """Makes an account's file, keeps it, and mails it. A second run changes nothing.

    Where nothing changes for it any more, because prices were put back, it is told nothing.
    """
    with work.session() as session:
        told = session.get(AccountPriceNotice, told_id, with_for_update=True)
        if told is None or told.document_file_id is not None:
            return
        seller = first_seller(session)
        notice, changes = changes_told(session, told, seller)
        if not changes:
            session.delete(told)
            session.commit()
            return
        account = session.get_one(Account, told.account_id)
        numbers = own_numbers_of(session, account.id)
        facts = NoticeFacts(account, notice.starts_on, changes, numbers)
        told.products = len({each.product_id for each in changes})
        told.prices, told.told = len(changes), digest_of(changes)
        stored = _kept(work, session, told, facts, seller)
        told.document_file_id = stored.id
        to = sent_to(session, account, NOTICE_KIND, people_of(session, account.id)[:1])
        records: dict[str, object] = {
            "starts_on": notice.starts_on, "products": told.products, "account": account,
            "seller": seller,
        }  # fmt: skip
        if told.means == "mail" and mail_document(
            session, account, to, NOTICE_KIND, account.number, records, [stored]
        ):
            told.mailed_at = clock.now()
        fail_at("price_notice.told")
        session.commit()


def _kept(
    work: Work, session: Session, told: AccountPriceNotice, facts: NoticeFacts, seller: Seller
) -> StoredFile:
    is_paper = told.means == "post"
    if is_paper:
        shown = Documents(work.files).seller_shown(session, seller.id)
        content = notice_paper(facts, shown, billing_address(session, facts.account))
    else:
        content = notice_workbook(facts, seller.trading_name)
    ending = "pdf" if is_paper else "xlsx"
    return work.files.put(
        session,
        content,
        kind=f"price_notice.{ending}",
        owner=told,
        media_type=PDF if is_paper else XLSX,
        file_name=f"prices-{facts.account.number}-{facts.starts_on}.{ending}",
        account_id=facts.account.id,
    )
