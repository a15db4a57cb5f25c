"""The target of a figure, account and fiscal year is kept once, in ``key.account.target``.

Before, action plans and their objectives also held their own numbers, and the three wrote to each other. Where
one was not written, they differ. Nothing that was entered is lost:

- A number in a plan or an objective for which the account has no target becomes the target. If several differ, that
  of a plan in use takes precedence over that of an archived one, the plan's over its objective's, newer over older.
- An existing target stays: whatever was entered was written to it, unless the plan was archived. A plan that
  held another number gets a note that names it.
- Plans for other periods than a fiscal year, and their objectives, keep their numbers. The one for revenue is the
  plan's; if it has none, it takes its objective's.
"""

import logging

from odoo import SUPERUSER_ID, api
from odoo.tools import formatLang

_logger = logging.getLogger(__name__)


def migrate(cr, version):
    if not version:
        return
    make_targets(cr)
    take_revenue_of_objectives(cr)
    # What the plans show changes, but no one changed it
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True, "active_test": False})
    plans = env["key.account.plan"].search([])
    note_other_numbers(plans)
    for records, name in ((plans, "target_revenue"), (plans.objective_ids, "target_value")):
        env.add_to_compute(records._fields[name], records)
    env.flush_all()


def make_targets(cr):
    cr.execute(
        """
        WITH entered AS (
              SELECT plan.partner_id, plan.company_id, plan.fiscal_year, kpi.id AS kpi_id, kpi.audience,
                     plan.target_revenue AS value, plan.active, 1 AS place, plan.write_date
                FROM key_account_plan plan
                JOIN key_account_kpi kpi ON kpi.code = 'revenue'
           UNION ALL
              SELECT plan.partner_id, plan.company_id, plan.fiscal_year, kpi.id, kpi.audience,
                     objective.target_value, plan.active, 2, objective.write_date
                FROM key_account_plan_objective objective
                JOIN key_account_plan plan ON plan.id = objective.plan_id
                JOIN key_account_kpi kpi ON kpi.id = objective.kpi_id
        )
        INSERT INTO key_account_target (partner_id, company_id, year, kpi_id, audience, value,
                                        create_uid, create_date, write_uid, write_date)
        SELECT DISTINCT ON (partner_id, company_id, fiscal_year, kpi_id)
               partner_id, company_id, fiscal_year, kpi_id, audience, value,
               %(user)s, NOW() AT TIME ZONE 'UTC', %(user)s, NOW() AT TIME ZONE 'UTC'
          FROM entered
         WHERE value != 0 AND fiscal_year BETWEEN 1900 AND 2999
      ORDER BY partner_id, company_id, fiscal_year, kpi_id, active DESC, place, write_date DESC
            ON CONFLICT DO NOTHING
        """,
        {"user": SUPERUSER_ID},
    )
    _logger.info("%s targets made of the numbers of action plans", cr.rowcount)


def take_revenue_of_objectives(cr):
    cr.execute(
        """
        UPDATE key_account_plan plan
           SET target_revenue = objective.target_value
          FROM key_account_plan_objective objective
          JOIN key_account_kpi kpi ON kpi.id = objective.kpi_id AND kpi.code = 'revenue'
         WHERE objective.plan_id = plan.id
           AND plan.fiscal_year = 0
           AND COALESCE(plan.target_revenue, 0) = 0
           AND objective.target_value > 0
        """
    )


def note_other_numbers(plans):
    revenue = plans.env["key.account.kpi"]._get_by_code()["revenue"]
    targets = plans._get_account_targets()
    for plan in plans:
        entered = {(revenue, plan.target_revenue)}
        entered |= {(objective.kpi_id, objective.target_value) for objective in plan.objective_ids}
        other = []
        for kpi, value in sorted(entered, key=lambda entry: (entry[0].sequence, entry[0].id, entry[1])):
            target = targets.get((plan, kpi.code))
            own = plan.target_revenue if kpi == revenue else value
            if value and plan.currency_id.compare_amounts(value, target.value if target else own):
                other.append((kpi, value))
        if other:
            note(plan, other)


def note(plan, numbers):
    plan = plan.with_context(lang=plan.user_id.lang or plan.env.user.lang)
    texts = [
        f"{kpi.name}: {formatLang(plan.env, value)} {kpi._get_unit_label(plan.currency_id)}".strip()
        for kpi, value in ((kpi.with_env(plan.env), value) for kpi, value in numbers)
    ]
    plan._message_log(
        body=plan.env._(
            "Each target is now kept in one place only. Different numbers had been entered in this plan: %(numbers)s",
            numbers=", ".join(texts),
        )
    )
    _logger.info("%s (%s) held numbers that differ from its targets, see its messages", plan.name, plan.id)
