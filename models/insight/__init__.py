"""What is asked of several contexts at once. Nothing here writes."""

from models.insight.exceptions import held_orders, late_orders, releasable_orders
from models.insight.finding import Found, find_records
from models.insight.order_list import (
    MOST_COUNTED,
    Beside,
    Sum,
    beside,
    filter_options,
    order_rows,
    order_sums,
)
from models.insight.order_page import (
    alerts,
    carton_ids,
    days_to_pay,
    event_rows,
    expected_rows,
    invoice_rows,
    label_states,
    margin_percent,
    month_totals,
    order_by_number,
    payment_rows,
    pick_rows,
    pictures,
    shipments,
)
from models.insight.order_views import OPEN, VIEWS, OrderFilter
from models.insight.waiting import Waiting, count_waiting

__all__ = [
    "MOST_COUNTED",
    "OPEN",
    "VIEWS",
    "Beside",
    "Found",
    "OrderFilter",
    "Sum",
    "Waiting",
    "alerts",
    "beside",
    "carton_ids",
    "count_waiting",
    "days_to_pay",
    "event_rows",
    "expected_rows",
    "filter_options",
    "find_records",
    "held_orders",
    "invoice_rows",
    "label_states",
    "late_orders",
    "margin_percent",
    "month_totals",
    "order_by_number",
    "order_rows",
    "order_sums",
    "payment_rows",
    "pick_rows",
    "pictures",
    "releasable_orders",
    "shipments",
]
