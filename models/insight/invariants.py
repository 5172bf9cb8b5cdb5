"""What must hold of the books, the stock and the orders at any moment: one query each.

Each query returns the ids that break its rule; all must return nothing. Read only, safe to run on
a live database. The numbers are those of the reliability programme.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

INVARIANTS: dict[str, str] = {
    "I1 allocated equals the open allocations and fits on hand": """
        SELECT s.id FROM stock s LEFT JOIN (
            SELECT stock_id, sum(quantity) AS units FROM allocation
            WHERE closed_at IS NULL GROUP BY 1) a ON a.stock_id = s.id
        WHERE s.allocated <> coalesce(a.units, 0) OR s.allocated < 0 OR s.allocated > s.on_hand""",
    "I2 levels equal the sums of their movements": """
        SELECT s.id FROM stock s LEFT JOIN (
            SELECT stock_id, sum(on_hand_delta) AS on_hand, sum(allocated_delta) AS allocated
            FROM stock_movement GROUP BY 1) m ON m.stock_id = s.id
        WHERE s.on_hand <> coalesce(m.on_hand, 0) OR s.allocated <> coalesce(m.allocated, 0)""",
    "I2 bins add up to what is on hand": """
        SELECT s.id FROM stock s LEFT JOIN (
            SELECT stock_id, sum(quantity) AS units FROM bin_stock GROUP BY 1) b
            ON b.stock_id = s.id
        WHERE s.on_hand <> coalesce(b.units, 0)""",
    "I3 a line's allocations are those of the stock": """
        SELECT l.id FROM order_line l JOIN sales_order o ON o.id = l.order_id LEFT JOIN (
            SELECT order_line_id, sum(quantity) AS units, sum(picked) AS picked FROM allocation
            WHERE closed_at IS NULL GROUP BY 1) a ON a.order_line_id = l.id
        WHERE o.origin = 'entered'
          AND (l.allocated <> coalesce(a.units, 0) OR l.picked <> coalesce(a.picked, 0))""",
    "I3 what a line still needs stands in the open demand": """
        SELECT l.id FROM order_line l JOIN sales_order o ON o.id = l.order_id
        LEFT JOIN open_demand d ON d.order_line_id = l.id
        WHERE o.origin = 'entered' AND o.cancelled_at IS NULL
          AND l.ordered - l.shipped - l.cancelled - l.allocated <> coalesce(d.quantity, 0)""",
    "I3 an order's amounts are the sums of its lines and charges": """
        SELECT o.id FROM sales_order o
        LEFT JOIN (SELECT order_id, sum(line_amount) AS net FROM order_line GROUP BY 1) l
            ON l.order_id = o.id
        LEFT JOIN (SELECT order_id, sum(amount) AS net FROM order_charge GROUP BY 1) c
            ON c.order_id = o.id
        WHERE o.origin = 'entered' AND (o.goods_amount <> coalesce(l.net, 0)
           OR o.charges_amount <> coalesce(c.net, 0)
           OR o.total_amount <> o.goods_amount + o.charges_amount + o.tax_amount)""",
    "I3 a cancelled order keeps nothing": """
        SELECT o.id FROM sales_order o JOIN order_line l ON l.order_id = o.id
        WHERE o.origin = 'entered' AND o.cancelled_at IS NOT NULL
          AND (l.ordered <> l.cancelled OR l.allocated <> 0 OR l.backordered <> 0)""",
    "I12 a form changes an order once, and each change has its revision": """
        SELECT o.id FROM sales_order o LEFT JOIN (
            SELECT order_id, count(*) AS changes, max(revision) AS last FROM order_amendment
            GROUP BY 1) a ON a.order_id = o.id
        WHERE o.revision <> coalesce(a.changes, 0) OR o.revision <> coalesce(a.last, 0)""",
    "I15 every change of an order has its audit entry": """
        SELECT m.order_id FROM order_amendment m LEFT JOIN (
            SELECT subject_id, count(*) AS entries FROM activity
            WHERE subject_kind = 'sales_order' AND kind IN ('order.amended', 'order.cancelled')
            GROUP BY 1) a ON a.subject_id = m.order_id
        GROUP BY m.order_id, a.entries HAVING count(*) <> coalesce(a.entries, 0)""",
    "I4 every entry balances": """
        SELECT entry_id FROM journal_line GROUP BY 1
        HAVING sum(base_amount) <> 0 OR sum(amount) <> 0""",
    "I5 an invoice is the sum of its parts": """
        SELECT i.id FROM invoice i
        LEFT JOIN (SELECT invoice_id, sum(amount) AS net FROM invoice_line GROUP BY 1) l
            ON l.invoice_id = i.id
        LEFT JOIN (SELECT invoice_id, sum(amount) AS net FROM invoice_charge GROUP BY 1) c
            ON c.invoice_id = i.id
        LEFT JOIN (SELECT invoice_id, sum(tax_amount) AS tax, sum(taxable_amount) AS net
            FROM invoice_tax GROUP BY 1) t ON t.invoice_id = i.id
        WHERE i.origin = 'entered' AND (i.net_amount <> coalesce(l.net, 0)
           OR i.charges_amount <> coalesce(c.net, 0) OR i.tax_amount <> coalesce(t.tax, 0)
           OR i.net_amount + i.charges_amount <> coalesce(t.net, 0))""",
    "I6 the receivables account equals the open items": """
        SELECT b.id FROM account b
        LEFT JOIN (SELECT l.bill_to_account_id AS id, sum(l.amount) AS owed FROM journal_line l
            JOIN ledger_account a ON a.id = l.ledger_account_id AND a.code = '1100' GROUP BY 1) j
            ON j.id = b.id
        LEFT JOIN (SELECT bill_to_account_id AS id,
                sum(CASE kind WHEN 'invoice' THEN open_amount ELSE -open_amount END) AS owed
            FROM invoice GROUP BY 1) i ON i.id = b.id
        LEFT JOIN (SELECT bill_to_account_id AS id, sum(unapplied_amount) AS paid FROM payment
            WHERE order_id IS NULL GROUP BY 1) p ON p.id = b.id
        WHERE coalesce(j.owed, 0) <> coalesce(i.owed, 0) - coalesce(p.paid, 0)""",
    "I6 an invoice's open amount is what was not applied": """
        SELECT i.id FROM invoice i LEFT JOIN (
            SELECT invoice_id, sum(amount) AS paid FROM application
            WHERE undone_at IS NULL GROUP BY 1) a ON a.invoice_id = i.id
        WHERE i.kind = 'invoice' AND i.open_amount <> i.total_amount - coalesce(a.paid, 0)""",
    "I6 a credit note's open amount is what was not used": """
        SELECT i.id FROM invoice i LEFT JOIN (
            SELECT credit_note_id, sum(amount) AS used FROM application
            WHERE undone_at IS NULL GROUP BY 1) a ON a.credit_note_id = i.id
        WHERE i.kind = 'credit_note' AND i.origin = 'entered'
          AND i.open_amount <> i.total_amount - coalesce(a.used, 0)""",
    "I6 no more is credited of a line than was invoiced": """
        SELECT l.id FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
        JOIN invoice_line c ON c.credits_line_id = l.id
        WHERE i.origin = 'entered' GROUP BY l.id, l.quantity, l.amount
        HAVING sum(c.amount) > l.amount
            OR sum(c.quantity) FILTER (WHERE c.credit_kind = 'quantity') > l.quantity""",
    "I7 credited units stand on credit notes": """
        SELECT l.id FROM order_line l JOIN sales_order o ON o.id = l.order_id LEFT JOIN (
            SELECT order_line_id, sum(quantity) AS units FROM invoice_line
            WHERE credit_kind = 'quantity' GROUP BY 1) c ON c.order_line_id = l.id
        WHERE o.origin = 'entered' AND l.credited <> coalesce(c.units, 0)""",
    "I7 returned units came with a return": """
        SELECT l.id FROM order_line l JOIN sales_order o ON o.id = l.order_id LEFT JOIN (
            SELECT order_line_id, sum(restocked + scrapped + sent_back) AS units
            FROM return_line GROUP BY 1) r ON r.order_line_id = l.id
        WHERE o.origin = 'entered' AND l.returned <> coalesce(r.units, 0)""",
    "I7 what was shipped is invoiced once": """
        SELECT sl.id FROM shipment_line sl JOIN shipment s ON s.id = sl.shipment_id
        LEFT JOIN invoice_line il ON il.shipment_line_id = sl.id
        WHERE s.state IN ('shipped', 'delivered') GROUP BY sl.id, sl.quantity
        HAVING count(il.id) <> 1 OR sum(il.quantity) <> sl.quantity""",
    "I8 gapless numbers run without a gap": """
        SELECT i.series_id FROM invoice i JOIN number_series s ON s.id = i.series_id
        GROUP BY i.series_id, i.year, s.first_sequence
        HAVING min(i.sequence) <> s.first_sequence
            OR max(i.sequence) - min(i.sequence) + 1 <> count(*)""",
    "I8 dates never run backwards": """
        SELECT id FROM (SELECT id, issued_on, lag(issued_on) OVER (
            PARTITION BY series_id, year ORDER BY sequence) AS before
            FROM invoice WHERE series_id IS NOT NULL) z WHERE issued_on < before""",
    "I6 customer deposits equal what is unapplied of payments for orders": """
        SELECT s.id FROM seller s
        LEFT JOIN (SELECT a.seller_id, sum(l.amount) AS held FROM journal_line l
            JOIN ledger_account a ON a.id = l.ledger_account_id AND a.code = '2300'
            GROUP BY 1) j ON j.seller_id = s.id
        LEFT JOIN (SELECT seller_id, sum(unapplied_amount) AS held FROM payment
            WHERE order_id IS NOT NULL GROUP BY 1) p ON p.seller_id = s.id
        WHERE -coalesce(j.held, 0) <> coalesce(p.held, 0)""",
    "I9 an attempt has one payment, of what was asked for, and only when it succeeded": """
        SELECT a.id FROM payment_attempt a LEFT JOIN payment p ON p.id = a.payment_id
        WHERE (a.state = 'succeeded') <> (p.id IS NOT NULL) OR p.amount <> a.expected_amount
           OR p.currency <> a.currency OR p.bill_to_account_id <> a.bill_to_account_id
           OR p.provider_reference IS DISTINCT FROM a.payment_reference AND p.id IS NOT NULL""",
    "I9 a payment through a provider comes from one attempt": """
        SELECT p.id FROM payment p LEFT JOIN payment_attempt a ON a.payment_id = p.id
        WHERE p.provider IS NOT NULL GROUP BY p.id HAVING count(a.id) <> 1""",
    "I9 what was refunded is the refunds that stand, and no more than came in": """
        SELECT p.id FROM payment p LEFT JOIN (
            SELECT payment_id, sum(amount) AS back FROM refund WHERE state <> 'failed'
            GROUP BY 1) r ON r.payment_id = p.id
        WHERE p.refunded_amount <> coalesce(r.back, 0) OR p.refunded_amount > p.amount""",
    "I9 captured less refunded is the ledger's cash of the payment": """
        SELECT p.id FROM payment p LEFT JOIN (
            SELECT payment_id, sum(amount) AS back FROM refund WHERE state = 'succeeded'
            GROUP BY 1) r ON r.payment_id = p.id
        LEFT JOIN (SELECT coalesce(f.payment_id, e.document_id) AS payment_id,
                sum(l.amount) AS cash
            FROM journal_entry e JOIN journal_line l ON l.entry_id = e.id
            JOIN ledger_account a ON a.id = l.ledger_account_id AND a.code = '1210'
            LEFT JOIN refund f ON e.document_kind = 'refund' AND f.id = e.document_id
            WHERE e.document_kind IN ('payment', 'refund') AND e.kind <> 'card_fee'
            GROUP BY 1) j ON j.payment_id = p.id
        WHERE p.provider IS NOT NULL AND coalesce(j.cash, 0) <> p.amount - coalesce(r.back, 0)""",
    "I9 a card fee that is known is posted once, against clearing": """
        SELECT p.id FROM payment p LEFT JOIN (
            SELECT e.document_id AS payment_id,
                sum(l.base_amount) FILTER (WHERE a.code = '5300') AS fee,
                sum(l.base_amount) FILTER (WHERE a.code = '1210') AS cleared
            FROM journal_entry e JOIN journal_line l ON l.entry_id = e.id
            JOIN ledger_account a ON a.id = l.ledger_account_id
            WHERE e.kind = 'card_fee' AND e.document_kind = 'payment' GROUP BY 1) j
            ON j.payment_id = p.id
        WHERE coalesce(p.fee_amount, 0) <> coalesce(j.fee, 0)
           OR coalesce(p.fee_amount, 0) <> -coalesce(j.cleared, 0)""",
    "I9 no refund is lost on its way": """
        SELECT s.id FROM seller s
        LEFT JOIN (SELECT a.seller_id, sum(l.amount) AS due FROM journal_line l
            JOIN ledger_account a ON a.id = l.ledger_account_id AND a.code = '2310'
            GROUP BY 1) j ON j.seller_id = s.id
        LEFT JOIN (SELECT p.seller_id, sum(r.amount) AS due FROM refund r
            JOIN payment p ON p.id = r.payment_id WHERE r.state IN ('intent', 'sent')
            GROUP BY 1) r ON r.seller_id = s.id
        WHERE -coalesce(j.due, 0) <> coalesce(r.due, 0)""",
    "I9 what is left of a payment was neither applied nor given back": """
        SELECT p.id FROM payment p LEFT JOIN (
            SELECT payment_id, sum(amount) AS used FROM application
            WHERE undone_at IS NULL GROUP BY 1) a ON a.payment_id = p.id
        WHERE p.unapplied_amount <> p.amount - coalesce(a.used, 0) - p.refunded_amount""",
    "I10 a parcel has one live label at most": """
        SELECT carton_id FROM label WHERE state IN ('intent', 'bought')
        GROUP BY 1 HAVING count(*) > 1""",
    "I11 an event that was not delivered has its task": """
        SELECT e.id FROM domain_event e LEFT JOIN (
            SELECT (args->>'event_id')::bigint AS event_id FROM procrastinate_jobs
            WHERE task_name = 'outbox.deliver' AND status IN ('todo', 'doing', 'failed')) j
            ON j.event_id = e.id
        WHERE e.delivered_at IS NULL AND j.event_id IS NULL""",
    "I11 every order was announced": """
        SELECT o.id FROM sales_order o LEFT JOIN domain_event e
            ON e.kind = 'order.placed' AND (e.facts->>'order_id')::bigint = o.id
        WHERE o.origin = 'entered' GROUP BY o.id HAVING count(e.id) <> 1""",
    "I11 every invoice was announced": """
        SELECT i.id FROM invoice i LEFT JOIN domain_event e
            ON e.kind = 'invoice.issued' AND (e.facts->>'invoice_id')::bigint = i.id
        WHERE i.origin = 'entered' AND i.kind = 'invoice' GROUP BY i.id HAVING count(e.id) <> 1""",
    "I12 a form makes one order": """
        SELECT min(id) FROM sales_order WHERE submission_key IS NOT NULL
        GROUP BY account_id, submission_key HAVING count(*) > 1""",
    "I12 a form records one payment": """
        SELECT min(id) FROM payment WHERE submission_key IS NOT NULL
        GROUP BY bill_to_account_id, submission_key HAVING count(*) > 1""",
    "I12 a pad is ordered once": """
        SELECT min(id) FROM cart WHERE order_id IS NOT NULL
        GROUP BY order_id HAVING count(*) > 1""",
    "I14 the bill-to account is the account or its head office": """
        SELECT o.id FROM sales_order o JOIN account a ON a.id = o.account_id
        WHERE o.bill_to_account_id <> a.id AND o.bill_to_account_id <> coalesce(a.bill_to_id, 0)
          AND o.bill_to_account_id <> coalesce(a.parent_id, 0)""",
    "I15 every order has its audit entry": """
        SELECT o.id FROM sales_order o WHERE o.origin = 'entered' AND NOT EXISTS (
            SELECT FROM activity a WHERE a.subject_kind = 'sales_order' AND a.subject_id = o.id
            AND a.kind = 'order.placed')""",
    "I15 every shipment that left has its audit entry": """
        SELECT s.id FROM shipment s WHERE s.state IN ('shipped', 'delivered') AND NOT EXISTS (
            SELECT FROM activity a WHERE a.subject_kind = 'shipment' AND a.subject_id = s.id
            AND a.kind = 'shipment.shipped')""",
    "I15 every invoice has its audit entry": """
        SELECT i.id FROM invoice i WHERE i.origin = 'entered' AND i.kind = 'invoice'
        AND NOT EXISTS (
            SELECT FROM activity a WHERE a.subject_kind = 'invoice' AND a.subject_id = i.id
            AND a.kind = 'invoice.issued')""",
    "I15 every payment has its audit entry": """
        SELECT p.id FROM payment p WHERE p.means <> 'imported' AND NOT EXISTS (
            SELECT FROM activity a WHERE a.subject_kind = 'payment' AND a.subject_id = p.id
            AND a.kind = 'payment.recorded')""",
    "I16 a special is on the line that it is bought for, and on no other": """
        SELECT l.id FROM special s JOIN order_line l ON l.product_id = s.product_id
        WHERE s.order_line_id IS DISTINCT FROM l.id""",
    "I16 what is bought for a line is what stands on it": """
        SELECT p.id FROM purchase_order_line p JOIN order_line l ON l.id = p.order_line_id
        LEFT JOIN special s ON s.order_line_id = l.id
        WHERE p.product_id IS DISTINCT FROM l.product_id OR s.product_id IS NULL""",
    "I16 what came in for a special is its line's or nobody's": """
        SELECT a.id FROM special s JOIN stock t ON t.product_id = s.product_id
        JOIN allocation a ON a.stock_id = t.id AND a.closed_at IS NULL
        WHERE a.order_line_id IS DISTINCT FROM s.order_line_id""",
    "I16 what a special's line waits for is here, on a purchase order, or about to be": """
        SELECT l.id FROM special s JOIN order_line l ON l.id = s.order_line_id
        LEFT JOIN (SELECT p.order_line_id, sum(greatest(p.ordered - p.received - p.cancelled, 0))
                AS units FROM purchase_order_line p JOIN purchase_order o
                ON o.id = p.purchase_order_id AND o.state IN ('draft', 'sent', 'partly_received')
            GROUP BY 1) c ON c.order_line_id = l.id
        LEFT JOIN (SELECT product_id, sum(on_hand - allocated) AS units FROM stock GROUP BY 1) f
            ON f.product_id = s.product_id
        WHERE l.ordered - l.shipped - l.cancelled - l.allocated
                > coalesce(c.units, 0) + coalesce(f.units, 0)
          AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.task_name = 'special.follow'
            AND j.status IN ('todo', 'doing', 'failed')
            AND (j.args->>'order_id')::bigint = l.order_id)""",
}

_KEYS_BETWEEN_ACCOUNTS = text("""
    SELECT c.conname, child.relname AS child, parent.relname AS parent, owner.attname AS owner,
        (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num) AS here,
        (SELECT array_agg(a.attname ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY k(num, n)
            JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.num) AS there
    FROM pg_constraint c
    JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid
    JOIN pg_attribute owner ON owner.attrelid = c.conrelid
        AND owner.attname IN ('account_id', 'bill_to_account_id')
    JOIN pg_attribute theirs ON theirs.attrelid = c.confrelid AND theirs.attname = owner.attname
    WHERE c.contype = 'f' AND child.relnamespace = 'public'::regnamespace ORDER BY 1, 4""")


def ownership_invariants(session: Session) -> dict[str, str]:
    """I14 for every foreign key between two tables that both say whose their rows are, as the
    database has them now: a row and what it refers to are the same account's."""
    found: dict[str, str] = {}
    for key in session.execute(_KEYS_BETWEEN_ACCOUNTS):
        pairs = [pair for pair in zip(key.here, key.there, strict=True) if pair[0] != key.owner]
        on = " AND ".join(f"p.{there} = c.{here}" for here, there in pairs)
        columns = ", ".join(here for here, _ in pairs)
        found[f"I14 {key.child}.{columns} is of the same {key.owner}"] = (
            f"SELECT c.{pairs[0][0]} FROM {key.child} c JOIN {key.parent} p ON {on}"  # noqa: S608, names from the catalogue
            f" WHERE c.{key.owner} <> p.{key.owner}"
        )
    return found


def check_invariants(session: Session) -> dict[str, list[int]]:
    """The invariants that do not hold, each with up to ten ids that break it; empty when all do."""
    broken: dict[str, list[int]] = {}
    for name, query in {**INVARIANTS, **ownership_invariants(session)}.items():
        rows = session.execute(text(f"{query} LIMIT 10")).all()
        if rows:
            broken[name] = [row[0] for row in rows]
    return broken
