"""The staff's door, and the warehouse's in `floor/`: a module per page family."""

from __future__ import annotations

from flask import Flask

from admin import (
    account_documents,
    accounts,
    ageing,
    amending,
    applications,
    audit,
    bookkeeping,
    card_payments,
    counter,
    credit_notes,
    day_end,
    finding,
    import_check,
    invoices,
    messages,
    order,
    order_documents,
    orders,
    payments,
    prints,
    product_editing,
    product_forms,
    product_pictures,
    products,
    purchasing,
    refunding,
    return_steps,
    returns,
    statements,
    stock,
    system,
    today,
    unsent,
    users,
    vendors,
    words,
)
from admin import imports as file_imports
from admin.company import charging, look, mail, mail_texts, numbers, parts, places, tax
from admin.company import terms as payment_terms
from admin.customers import facts as customer_facts
from admin.customers import people as customer_people
from admin.customers import places as customer_places
from admin.desk import account as desk_account
from admin.desk import draft as desk_draft
from admin.desk import settling as desk_settling
from admin.desk import special as desk_special
from admin.desk import starting as desk_starting
from admin.floor import lists, manifests, packing, picking, shipping
from admin.prices import (
    entries,
    holders,
    imports,
    notices,
    publishing,
    ranges,
    terms,
    tiers,
    why,
)
from admin.prices import lists as price_lists

FAMILIES = (
    today.pages,
    finding.pages,
    desk_starting.pages,
    desk_draft.pages,
    desk_account.pages,
    desk_settling.pages,
    desk_special.pages,
    orders.pages,
    order.pages,
    messages.pages,
    amending.pages,
    order_documents.pages,
    prints.pages,
    lists.pages,
    picking.pages,
    packing.pages,
    shipping.pages,
    manifests.pages,
    invoices.pages,
    ageing.pages,
    statements.pages,
    credit_notes.pages,
    returns.pages,
    return_steps.pages,
    payments.pages,
    refunding.pages,
    card_payments.pages,
    bookkeeping.pages,
    day_end.pages,
    counter.pages,
    accounts.pages,
    customer_facts.pages,
    customer_places.pages,
    customer_people.pages,
    account_documents.pages,
    stock.pages,
    purchasing.pages,
    vendors.pages,
    products.pages,
    product_editing.pages,
    product_forms.pages,
    product_pictures.pages,
    price_lists.pages,
    why.pages,
    entries.pages,
    terms.pages,
    holders.pages,
    ranges.pages,
    publishing.pages,
    notices.pages,
    tiers.pages,
    imports.pages,
    users.pages,
    applications.pages,
    audit.pages,
    import_check.pages,
    file_imports.pages,
    parts.pages,
    look.pages,
    tax.pages,
    numbers.pages,
    places.pages,
    payment_terms.pages,
    charging.pages,
    mail.pages,
    mail_texts.pages,
    unsent.pages,
    system.mails,
    system.tasks,
)


def register(app: Flask) -> None:
    """Adds every page family's routes, and the words of states to the templates."""
    app.jinja_env.globals.update(words.looks())
    app.jinja_env.filters.update(words.FILTERS)
    for pages in FAMILIES:
        app.register_blueprint(pages)
