"""What the tests of the annual review build on."""

from datetime import date

from freezegun import freeze_time

from .common import KeyAccountCase


@freeze_time("2026-02-10 09:00")
class ReviewCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tier = cls.env["key.account.tier"].create({"name": "Gold", "review_rhythm": 12})
        cls.account.key_account_tier_id = cls.tier
        cls.last = cls.make_review(2025, planned_date=date(2026, 2, 10))
        cls.review = cls.make_review(2026, planned_date=date(2027, 2, 8))

    @classmethod
    def make_review(cls, year, account=None, **values):
        account = account or cls.account
        return (
            cls.env["key.account.review"]
            .with_user(cls.manager)
            .create({"partner_id": account.id, "year": year, **values})
        )

    def make(self, part, review=None, /, **values):
        """A topic, issue, condition or entry of the checklist of a review."""
        review = review or self.review
        record = review.env[f"key.account.review.{part}"].create({"review_id": review.id, **values})
        record.flush_recordset()
        return record
