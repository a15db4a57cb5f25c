"""Rows of the portfolio, without computing them."""


def make_snapshot(account, company, day, **values):
    """:return: the row of an account on a day, by default of a month's end"""
    return account.env["key.account.snapshot"].create(
        {
            "partner_id": account.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "date": day,
            **values,
        }
    )


def make_purchase(account, company, category, **values):
    """:return: the row of what an account buys in a product category"""
    return account.env["key.account.category.purchase"].create(
        {
            "partner_id": account.id,
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "category_id": category.id,
            "state": "never",
            **values,
        }
    )


def make_decision(account, company, user, **values):
    """:return: that somebody has dismissed something about an account"""
    return account.env["key.account.attention.decision"].create(
        {
            "name": "Revenue −20% against last year",
            "partner_id": account.id,
            "company_id": company.id,
            "code": "revenue",
            "user_id": user.id,
            "reason": "They are on holiday",
            "until": "2030-01-01",
            **values,
        }
    )


def make_candidate(customer, company, **values):
    """:return: the row of a customer that could become a key account"""
    return customer.env["key.account.candidate"].create(
        {"partner_id": customer.id, "company_id": company.id, "currency_id": company.currency_id.id, **values}
    )
