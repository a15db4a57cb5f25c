from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...documents.formatter import Formatter
from ...figures.figure import Figure
from ...figures.period import Period

TREND_QUARTERS = 8


class ResPartner(models.Model):
    """What the tab *Figures* of an account shows."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_key_account_cockpit(self, period="year_to_date", date_from=None, date_to=None):
        """All figures of one account that the user may see, by theme, as text in the user's language.

        :param period: ``year_to_date``, ``last_year`` (fiscal years), ``quarter`` (up to today),
            ``last_quarter``, or ``free``: then from ``date_from`` to ``date_to``
        :return: ``{"date_from", "date_to", "period", "previous", "periods": [[key, label]], "themes": [{"key",
            "label", "figures": [...]}]}``; a figure has ``code, name, formula, audience, note, value, previous,
            change, target`` as text, ``good`` (True, False or None) and ``met`` as `get_key_account_figures`
        :raises UserError: unknown period; else as `get_key_account_figures`
        """
        self.ensure_one()
        frame = self._get_cockpit_frame(period, date_from, date_to)
        figures = self.get_key_account_figures(frame["date_from"], frame["date_to"])[self.id]
        formatter = Formatter(self.env)
        kpis = self.env["key.account.kpi"].sudo().search([("code", "in", list(figures))])
        themes = self.env["key.account.kpi"]._fields["theme"]._description_selection(self.env)
        return frame | {
            "themes": [
                {
                    "key": theme,
                    "label": label,
                    "figures": [describe(kpi, figures[kpi.code], formatter) for kpi in kpis if kpi.theme == theme],
                }
                for theme, label in themes
                if theme in kpis.mapped("theme")
            ],
        }

    @api.readonly
    def get_key_account_trend(self, date_to):
        """The figures of one account in the last eight quarters up to the one in which ``date_to`` lies.

        :return: ``{"labels": [text], "values": {code: [number or None]}}``, the oldest quarter first
        :raises UserError: as for `get_key_account_figures`
        """
        self.ensure_one()
        end = fields.Date.to_date(date_to)
        start = fields.Date.start_of(end, "quarter") - relativedelta(months=3 * (TREND_QUARTERS - 1))
        labels, values = [], {}
        for _quarter in range(TREND_QUARTERS):
            quarter = Period(start, min(fields.Date.end_of(start, "quarter"), end))
            labels.append(f"{(start.month + 2) // 3}/{start.year}")
            for code, figure in self.get_key_account_figures(quarter.date_from, quarter.date_to)[self.id].items():
                values.setdefault(code, []).append(figure["value"])
            start += relativedelta(months=3)
        return {"labels": labels, "values": values}

    @api.readonly
    def get_key_account_breakdown(self, code, breakdown, date_from, date_to):
        """The rows of a figure of one account by month, category or product, and its table if it has one.

        :return: ``{"kind", "labels": [text], "value", "previous": [number or None]}`` to draw (``kind`` is the unit of
            the definition), ``"rows": [{"label", "depth", "texts": [value, previous, change]}]`` to read (a category
            with all below it), and ``"table"``: None or ``{"columns": [text], "kinds": [kind], "rows": [[text]]}``
        :raises UserError: as for `get_key_account_figures`
        """
        self.ensure_one()
        figure = self.get_key_account_figures(date_from, date_to, [code], breakdown)[self.id][code]
        read = figure["breakdown"]
        if breakdown == "category":
            # The chart compares categories, the table adds them up along their tree
            read = self.get_key_account_figures(date_from, date_to, [code], "category_tree")[self.id][code]["breakdown"]
            read = read or figure["breakdown"]
        formatter = Formatter(self.env)
        kind = self.env["key.account.kpi"].sudo().search([("code", "=", code)]).unit
        rows = figure["breakdown"]
        return {
            "kind": kind,
            "labels": [row["label"] for row in rows],
            "value": [row["value"] for row in rows],
            "previous": [row["previous"] for row in rows],
            "rows": [
                {
                    "label": row["label"],
                    "depth": row["depth"],
                    "texts": formatter.texts(Figure(row["value"], row["previous"], row["unit"]), kind),
                }
                for row in read
            ],
            "table": figure.get("table")
            and {
                "columns": [column["label"] for column in figure["table"]["columns"]],
                "kinds": [column["kind"] for column in figure["table"]["columns"]],
                "rows": [
                    [
                        formatter.cell(value, column["kind"], column["unit"])
                        for value, column in zip(row, figure["table"]["columns"], strict=True)
                    ]
                    for row in figure["table"]["rows"]
                ],
            },
        }

    @api.model
    def _get_cockpit_frame(self, period, date_from, date_to):
        """The chosen period and those one can choose, as screens show them; errors as for `get_key_account_cockpit`."""
        chosen = self._get_cockpit_period(period, date_from, date_to)
        formatter = Formatter(self.env)
        return {
            "date_from": fields.Date.to_string(chosen.date_from),
            "date_to": fields.Date.to_string(chosen.date_to),
            "period": formatter.period(chosen),
            "previous": formatter.period(chosen.previous),
            "periods": self._get_cockpit_periods(),
        }

    @api.model
    def _get_cockpit_periods(self):
        periods = {
            "year_to_date": self.env._("Year to date"),
            "last_year": self.env._("Last fiscal year"),
            "quarter": self.env._("This quarter"),
            "last_quarter": self.env._("Last quarter"),
            "free": self.env._("Other period"),
        }
        return list(periods.items())

    @api.model
    def _get_cockpit_period(self, period, date_from, date_to):
        today = fields.Date.context_today(self)
        year = self.env.company.compute_fiscalyear_dates(today)
        quarter = fields.Date.start_of(today, "quarter")
        match period:
            case "year_to_date":
                return Period(year["date_from"], today)
            case "last_year":
                last = self.env.company.compute_fiscalyear_dates(year["date_from"] - relativedelta(days=1))
                return Period(last["date_from"], last["date_to"])
            case "quarter":
                return Period(quarter, today)
            case "last_quarter":
                return Period(quarter - relativedelta(months=3), quarter - relativedelta(days=1))
            case "free":
                return self._get_key_account_period(date_from, date_to)
        raise UserError(self.env._("Unknown period: %(unknown)s.", unknown=period))


def describe(kpi, data, formatter):
    """A figure as text: what screens show of it.

    :param data: the figure as `get_key_account_figures` gives it
    """
    figure = Figure(data["value"], data["previous"], data["unit"])
    value, previous, change = formatter.texts(figure, kpi.unit)
    target = data.get("target")
    good = None
    if figure.change:
        good = (figure.change > 0) == (kpi.better == "up")
    return {
        "code": kpi.code,
        "name": kpi.name,
        "formula": kpi.formula,
        "audience": kpi.audience,
        "note": data["note"],
        "value": value,
        "previous": previous,
        "change": change,
        "good": good,
        "target": formatter.value(target, kpi.unit, data["unit"]) if target is not None else "",
        "met": data.get("met"),
    }
