"""How an account is doing, from 0 to 100, by the weights of the settings.

Readings: the trends are the changes as they are shown, over the months that both years have. The payment is the mean of
what is known of its two halves, each kept within 0 and 100: paying early does not make up for what is overdue. A
component without a weight is not counted among the three that must be known.
"""

from . import credits, margins, receivables, sales, satisfaction, visits
from .numbers import ZERO, decimal, divided, mean

ENOUGH = 3
HUNDRED = decimal(100)


def within(score):
    return min(max(score, ZERO), HUNDRED)


def revenue_part(look):
    common = look.common()
    if common is None:
        return None
    now, before = sales.revenue(common), sales.revenue(common.before)
    if now is None or not before:
        return None
    return 50 + decimal(2.5) * HUNDRED * (now - before) / abs(before)


def margin_part(look):
    common = look.common()
    if common is None:
        return None
    now, before = margins.margin_rate(common), margins.margin_rate(common.before)
    return None if now is None or before is None else 50 + 10 * HUNDRED * (now - before)


def payment_part(look):
    late, share = receivables.days_late(look), receivables.overdue_share(look)
    return mean(
        each
        for each in (
            None if late is None else within(HUNDRED - late * HUNDRED / 30),
            None if share is None else within(HUNDRED - 2 * HUNDRED * share),
        )
        if each is not None
    )


def returns_part(look):
    share = credits.returns(look)
    return None if share is None else HUNDRED - 10 * HUNDRED * share


def satisfaction_part(look):
    score = satisfaction.satisfaction(look)
    return None if score is None else score * 10


def contact_part(look):
    share = divided(visits.visit_count(look), visits.target_to_date(look))
    return None if share is None else share * HUNDRED


def _done(look, rows):
    """:param rows: (deadline, whether it is done)"""
    # Nothing is late on its last day, nor counted
    counted = [
        is_done
        for deadline, is_done in rows
        if deadline < look.today and (look.covers(deadline) or (deadline < look.first and not is_done))
    ]
    return divided(HUNDRED * sum(counted), decimal(len(counted)))


def measures_part(look):
    return _done(
        look, [(each.date_end, each.state == "done") for each in margins.measures(look) if each.state != "cancelled"]
    )


def plan_part(look):
    return _done(look, [(each.date_deadline, each.date_done is not None) for each in margins.milestones(look)])


PARTS = {
    "revenue": revenue_part,
    "margin": margin_part,
    "payment": payment_part,
    "returns": returns_part,
    "satisfaction": satisfaction_part,
    "contact": contact_part,
    "measures": measures_part,
    "plan": plan_part,
}


def health(look):
    weighted = total = ZERO
    count = 0
    for name, work_out in PARTS.items():
        weight = look.setting(f"key_account_health_{name}")
        part = work_out(look) if weight else None
        if part is None:
            continue
        weighted, total, count = weighted + weight * within(part), total + weight, count + 1
    return weighted / total if count >= ENOUGH else None
