from odoo import api, models
from odoo.exceptions import UserError


class MergePartnerAutomatic(models.TransientModel):
    """Merges partners that may be key accounts: what an account can only have once would stop Odoo's own merge."""

    _inherit = "base.partner.merge.automatic.wizard"

    # What an account can only have once, and by which fields
    _key_account_unique = {
        "key.account.demand": ("categ_id", "year", "company_id"),
        "key.account.profile": (),
        "key.account.review.invitation": ("review_id",),
        "key.account.target": ("kpi_id", "year", "company_id"),
    }

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # Odoo moves the partners' records by SQL
        self.env.flush_all()
        self._check_key_account_reviews(src_partners | dst_partner)
        self._drop_key_account_duplicates(src_partners, dst_partner)
        self._archive_key_account_plans(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        # Partners below a merged one belong to the account of the one that stays
        below = self.env["res.partner"].sudo().with_context(active_test=False)
        below = below.search([("id", "child_of", dst_partner.id)])
        self.env.add_to_compute(below._fields["key_account_id"], below)
        # Action plans that moved show the targets of the account that stays
        dst_partner.modified(["key_account_target_ids"])
        return result

    @api.model
    def _check_key_account_reviews(self, partners):
        """:raises UserError: two annual reviews of the same year, of which the merged account could only have one"""
        reviews = self.env["key.account.review"].sudo()
        for _company, year, same in reviews._read_group(
            [("partner_id", "in", partners.ids), ("state", "!=", "cancelled")], ["company_id", "year"], ["id:recordset"]
        ):
            if len(same) > 1:
                raise UserError(
                    self.env._(
                        "%(accounts)s both have an annual review for %(year)s. Cancel one of these reviews, then "
                        "merge the accounts.",
                        accounts=", ".join(same.partner_id.mapped("display_name")),
                        year=year,
                    )
                )

    @api.model
    def _archive_key_account_plans(self, src_partners, dst_partner):
        """Of plans for the same days, an account only has one in use: the others are kept in the archive."""
        for model in ("key.account.plan", "key.account.coaching.plan"):
            # As above
            plans = self.env[model].sudo().search([("partner_id", "in", (src_partners | dst_partner).ids)])
            kept = plans.browse()
            for plan in plans.sorted(lambda plan: plan.partner_id != dst_partner):
                other = kept.filtered(
                    lambda other, plan=plan: (
                        other.company_id == plan.company_id
                        and other.date_from <= plan.date_to
                        and other.date_to >= plan.date_from
                    )
                )[:1]
                if not other:
                    kept += plan
                    continue
                plan._message_log(
                    body=self.env._(
                        "Archived when the accounts were merged: %(plan)s is for the same period.",
                        plan=other._get_html_link(),
                    )
                )
                plan.active = False
        self.env.flush_all()

    @api.model
    def _drop_key_account_duplicates(self, src_partners, dst_partner):
        """Of what an account can only have once, keeps that of the remaining partner, like Odoo with its fields."""
        for model, names in self._key_account_unique.items():
            # Rules must not hide what the database refuses to hold twice
            records = self.env[model].sudo().search([("partner_id", "in", (src_partners | dst_partner).ids)])
            kept = set()
            for record in records.sorted(lambda record: record.partner_id != dst_partner):
                key = tuple(record[name] for name in names)
                if key in kept:
                    record.unlink()
                kept.add(key)
        self.env.flush_all()
