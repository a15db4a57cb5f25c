from collections import defaultdict

from odoo.addons.key_account_management.figures.figure import Figure, Figures, ratio
from odoo.addons.key_account_management.figures.period import Period
from odoo.addons.key_account_management.figures.source import Records, Source
from odoo.api import DomainType


class DeliveryReliability(Source):
    """Share of the deliveries made on time: see kpi ``delivery_reliability``."""

    codes = ("delivery_reliability",)

    def compute(self) -> Figures:
        now, before = (self._deliveries(period) for period in (self.request.period, self.request.previous))
        figures = {}
        for account in self.request.account_ids:
            shares = (ratio(sum(in_time[account]), len(in_time[account])) for in_time in (now, before))
            figure = Figure(*shares, unit="%")
            if figure.value is None:
                figure.note = self.env._("No deliveries with a promised date in this period.")
            figures[account] = {"delivery_reliability": figure}
        return figures

    def records(self, code: str) -> Records:
        return [("stock.picking", self._domain(self.request.period))]

    def _domain(self, period: Period) -> DomainType:
        return [
            ("state", "=", "done"),
            ("sale_id.key_account_customer_id", "in", self.request.customer_ids),
            ("location_dest_id.usage", "=", "customer"),
            "|",
            ("date_deadline", "!=", False),
            ("sale_id.commitment_date", "!=", False),
            *self._moment_domain("date_done", period),
        ]

    def _deliveries(self, period: Period) -> defaultdict[int, list[bool]]:
        """:return: ``{account id: [was it on time?, ...]}``, one for each delivery"""
        deliveries = defaultdict(list)
        fields = ["sale_id", "company_id", "date_done", "date_deadline"]
        for picking in self.env["stock.picking"].search_fetch(self._domain(period), fields):
            promised = picking.sale_id.commitment_date or picking.date_deadline
            # Promises are for a day: a delivery in the evening of that day is on time
            in_time = self._day(picking.date_done, picking.company_id) <= self._day(promised, picking.company_id)
            for account in self.request.accounts_of[picking.sale_id.key_account_customer_id.id]:
                deliveries[account].append(in_time)
        return deliveries
