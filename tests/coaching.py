"""Coaching plans and sessions of the test company: the manager coaches the representative."""

from datetime import datetime

from odoo.fields import Command

from .common import MANAGER, USER, KeyAccountCase


class CoachingCase(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Also in the team, but neither coach nor participant; and a representative who is not
        cls.colleague = cls.make_user("colleague", MANAGER)
        cls.stranger = cls.make_user("stranger", USER)
        cls.account.key_account_team_ids |= cls.colleague

    @classmethod
    def plan(cls, partner=None, users=None, **values):
        users = cls.rep if users is None else users
        return cls.env["key.account.coaching.plan"].create(
            {
                "partner_id": (partner or cls.account).id,
                "goal": "Sell whole lines",
                "date_from": "2025-01-01",
                "date_to": "2025-12-31",
                "guideline_ids": [Command.create({"kind": "condition", "text": "No discount without a blanket order"})],
                "participant_ids": [Command.create({"user_id": user.id}) for user in users],
                **values,
            }
        )

    @classmethod
    def session(cls, partner=None, users=None, **values):
        return cls.env["key.account.coaching.session"].create(
            {
                "name": "Secret topic",
                "partner_id": (partner or cls.account).id,
                "user_id": cls.manager.id,
                "participant_ids": [Command.set((cls.rep if users is None else users).ids)],
                "start": datetime(2025, 5, 5, 9),
                "stop": datetime(2025, 5, 5, 11),
                **values,
            }
        )
