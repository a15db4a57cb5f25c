from collections import defaultdict

from odoo import api, models


class KeyAccountFigures(models.AbstractModel):
    _inherit = "key.account.figures"

    @api.model
    def _compute_many(self, wanted):
        """Figures of records that each have an account, a company and a period of their own.

        One computation for each distinct company and period, however many records ask. Checks no access,
        like `_compute_figures`.

        :param wanted: list of (account, company, Period, code)
        :return: ``{(account, company, Period, code): Figure}``, each in its company's currency
        """
        groups = defaultdict(list)
        for each in wanted:
            groups[each[1], each[2]].append(each)
        figures = {}
        for (company, period), of_group in groups.items():
            engine = self.with_company(company).with_context(allowed_company_ids=company.ids)
            accounts = self.env["res.partner"].union(*(account for account, *_rest in of_group))
            computed = engine._compute_figures(accounts, period, {code for *_rest, code in of_group})
            figures |= {each: computed[each[0].id][each[3]] for each in of_group}
        return figures
