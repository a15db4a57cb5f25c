from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...figures.figure import meets_target
from ...figures.period import Period

CUSTOMER_FIGURES = "key_account_management.group_key_account_user"
INTERNAL_FIGURES = "key_account_management.group_key_account_manager"
ALL_ACCOUNTS = "key_account_management.group_key_account_head"


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.readonly
    def get_key_account_figures(self, date_from, date_to, codes=None, breakdown=None, currency="company"):
        """The figures of these customers, ready for JSON.

        Any customer can be looked at, a key account or not. Sales representatives get the figures of
        audience *customer* of their own accounts, key account managers the internal ones too, heads
        those of all accounts. All companies that are switched on count, in the active one's currency.

        :param date_from: first day, ``YYYY-MM-DD`` or a date
        :param date_to: last day, included
        :param codes: codes of ``key.account.kpi``; None: all that the user may see
        :param breakdown: None, ``month``, ``category``, ``product``, ``customer`` or ``category_tree``
        :param currency: ``company``; with ``document`` each figure in money has the key ``document`` too:
            the amounts as invoiced, or None when the documents are in several currencies
        :return: ``{partner id: {code: {"value", "previous", "change", "unit", "audience", "note",
            "target", "met", "breakdown": [{"key", "label", "value", "previous", "unit", "depth"}]}}}``, for some
            figures also ``"table": {"columns": [{"label", "kind", "unit"}], "rows": [[value, ...]]}``. ``previous``
            is the same days one year earlier, ``change`` relative (0.1: 10 % more; of percentages the difference); an
            undefined value is None. Percentages are shares (0.25 for 25 %). A breakdown's rows
            add up to the value, but for ``category_tree``: there a category holds those below it, and ``depth`` says
            how far below the top it is. ``key`` is ``YYYY-MM`` or a record's id. ``target`` is what the account is to
            reach in the fiscal year that the period is or is the beginning of, ``met`` whether the value does;
            both are None without a target, for other periods and for several companies together.
        :raises UserError: unknown code, breakdown or currency; no date; from after to; a contact of a company
        :raises AccessError: somebody else's account, or an internal figure without the role for it
        """
        period = self._get_key_account_period(date_from, date_to)
        if currency not in ("company", "document"):
            raise UserError(
                self.env._("Unknown currency: %(unknown)s. Known are: company, document.", unknown=currency)
            )
        self._check_key_account_figures_access()
        kpis = self.env["key.account.kpi"]._get_by_code()
        breakdowns = (breakdown,) if breakdown else ()
        if codes is None:
            codes = [code for code, kpi in kpis.items() if self._may_see_audience(kpi.audience)]
        else:
            hidden = [code for code in codes if code in kpis and not self._may_see_audience(kpis[code].audience)]
            if hidden:
                raise AccessError(
                    self.env._("These figures are for key account managers: %(codes)s.", codes=", ".join(hidden))
                )
        figures = self.env["key.account.figures"]._compute_figures(self, period, codes, breakdowns)
        return {
            partner: {
                code: _to_json(figure, breakdown, currency)
                | {
                    "audience": kpis[code].audience,
                    "target": figure.target,
                    "met": meets_target(figure.value, figure.target, kpis[code].better),
                }
                for code, figure in by_code.items()
            }
            for partner, by_code in figures.items()
        }

    @api.readonly
    def get_key_account_figure_records(self, code, date_from, date_to):
        """Which kinds of records a figure is made of; errors as for `get_key_account_figures`.

        :return: list of ``{"model", "label", "count"}``, only kinds of which there is at least one
        """
        kinds = []
        for model, domain in self._get_key_account_figure_records(code, date_from, date_to):
            if not self.env[model].has_access("read"):
                continue
            count = self.env[model].search_count(domain)
            if count:
                label = self.env["ir.model"]._get(model).sudo().name
                kinds.append({"model": model, "label": label, "count": count})
        return kinds

    def action_view_key_account_figure(self, code, date_from, date_to, model=None):
        """Opens exactly the records that a figure is made of; errors as for `get_key_account_figures`.

        :param model: which of the kinds, if the figure is made of several; None: the first one
        """
        records = self._get_key_account_figure_records(code, date_from, date_to)
        kpi = self.env["key.account.kpi"].sudo().search([("code", "=", code)])
        wanted = [(name, domain) for name, domain in records if model in (None, name)]
        if not wanted:
            raise UserError(self.env._("There are no records to show for %(figure)s.", figure=kpi.name))
        name, domain = wanted[0]
        self.env[name].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": f"{kpi.name} – {', '.join(self.mapped('name'))}",
            "res_model": name,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }

    def _get_key_account_figure_records(self, code, date_from, date_to):
        """:return: list of (name of the model, domain), if the user may see the figure"""
        self._check_key_account_figures_access()
        kpi = self.env["key.account.kpi"].sudo().search([("code", "=", code)])
        if kpi.audience == "internal":
            self._check_internal_key_account_figures_access()
        period = self._get_key_account_period(date_from, date_to)
        return self.env["key.account.figures"]._get_records(self, period, code)

    def _get_key_account_period(self, date_from, date_to):
        try:
            period = Period(fields.Date.to_date(date_from), fields.Date.to_date(date_to))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "Dates are written as YYYY-MM-DD: %(date_from)s, %(date_to)s.", date_from=date_from, date_to=date_to
                )
            ) from error
        if not period.date_from or not period.date_to:
            raise UserError(self.env._("A period needs a first and a last day."))
        if period.date_from > period.date_to:
            raise UserError(
                self.env._(
                    "The period ends before it begins: from %(date_from)s to %(date_to)s.",
                    date_from=fields.Date.to_string(period.date_from),
                    date_to=fields.Date.to_string(period.date_to),
                )
            )
        return period

    def _check_key_account_figures_access(self):
        """Raises unless the user may see figures of all these partners.

        Own accounts are those that the user runs or helps to run, and all below them. For customers
        who are no key accounts the salesperson counts; account managers may look at all of these.

        :raises AccessError: no role, or somebody else's accounts
        :raises UserError: contacts of a company, which have no figures
        """
        self.check_access("read")
        user = self.env.user
        if not self.env.su and not user.has_group(CUSTOMER_FIGURES):
            raise AccessError(self.env._("Figures of customers are for users with a role in Key Accounts."))
        for partner in self:
            if partner._is_contact_of_company():
                raise UserError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s: figures and documents belong to the company. "
                        "Choose %(company)s instead.",
                        contact=partner.name or partner.display_name,
                        company=partner.commercial_partner_id.display_name,
                    )
                )
        if self._sees_all_key_accounts():
            return
        may_see_customers = user.has_group(INTERNAL_FIGURES)
        foreign = self.filtered(
            lambda partner: (
                not partner.is_my_key_account
                and not (not partner.key_account_id and (may_see_customers or partner.user_id == user))
            )
        )
        if foreign:
            raise AccessError(
                self.env._(
                    "You are neither account manager nor in the team of: %(accounts)s. Ask the account manager "
                    "or the head of key accounts.",
                    accounts=", ".join(foreign.mapped("display_name")),
                )
            )

    def _check_internal_key_account_figures_access(self):
        """:raises AccessError: unless the user's role includes internal figures"""
        if not self._may_see_audience("internal"):
            raise AccessError(self.env._("Internal figures are for key account managers."))

    @api.model
    def _sees_all_key_accounts(self):
        return self.env.su or self.env.user.has_group(ALL_ACCOUNTS)

    @api.model
    def _may_see_audience(self, audience):
        return self.env.su or audience == "customer" or self.env.user.has_group(INTERNAL_FIGURES)


def _to_json(figure, breakdown, currency):
    result = {
        "value": figure.value,
        "previous": figure.previous,
        "change": figure.change,
        "unit": figure.unit,
        "note": figure.note,
        "breakdown": [vars(row) for row in figure.breakdowns.get(breakdown, [])],
    }
    if figure.table:
        result["table"] = asdict(figure.table)
    if currency == "document":
        result["document"] = figure.document and _to_json(figure.document, breakdown, "company")
    return result
