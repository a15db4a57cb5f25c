"""Who may change what access to a key account hangs on."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...roles import HEAD, MANAGER, USER

# Who is a key account, and how it is managed
MANAGED = {
    "key_account_status",
    "key_account_tier_id",
    "key_account_manager_id",
    "key_account_team_ids",
    "key_account_since",
    "key_account_next_review",
    "key_account_minimum_order",
    "key_account_peer_group_id",
    "key_account_analytic_id",
}
# Of an account: what it is compared by (its top company counts), and whether it is in use
OF_ACCOUNT = {"active", "country_id", "industry_id", "parent_id"}
# Of a company that no other one is above: what the accounts below it are compared by. Not its country: that is part of
# an address, and what is in addresses is written all day
OF_TOP = {"industry_id", "key_account_peer_group_id", "key_account_tier_id"}
# Of everything that belongs to an account
OF_TREE = {"company_id", "is_company"}
# Nobody writes these: they follow from the parent
FOLLOWING = {"commercial_partner_id", "key_account_id"}
WATCHED = MANAGED | OF_ACCOUNT | OF_TREE | FOLLOWING | {"company_type", "user_id"}


class AccountGuard:
    """Compares partners before and after a change: values come from forms, lines of a parent, imports and defaults.

    A key account is in the hands of its account manager and team, and of those of the accounts above it: who has the
    role of an account manager among them manages it. An account of nobody may be taken over by any account manager.
    The head manages all. What others may do:

    ========================================================  ====================================================
    status, tier, manager, team and the like                  account managers; of an account: those who manage it
    the analytic account of its direct costs                  those of them who may read analytic items
    industry, country, parent of an account; archiving and    those who manage it
    deleting it
    parent, industry, tier and peer group of a company        those who manage these accounts
    above accounts that belongs to none itself; merging
    and deleting it
    where partners are, and with it the accounts that they    those who manage the accounts at and above them
    belong to                                                 before and after, and below them
    within the same accounts                                  everybody
    a new person or address, or somebody who has bought       everybody
    nothing so far and belongs to no account
    a new company in an account, a company made a person,     those who manage the account
    our company that something in it belongs to
    merging, if one is an account or a company, or if they    those who manage all accounts at, above and below them
    belong to different accounts
    the salesperson of a customer who is no account, by       that salesperson
    representatives: they see the figures of their customers
    ========================================================  ====================================================

    Partners that have nothing to do with key accounts cost no query.
    """

    def __init__(self, partners, user, names=()):
        """
        :param user: who makes the change
        :param names: what is about to be written
        """
        self.env = partners.env
        self.user = user
        # Whose account it is does not depend on who asks
        self.partners = partners.sudo()
        self.is_manager = self.user.has_group(MANAGER)
        self.is_head = self.user.has_group(HEAD)
        self.names = self._watched(names)
        if names and WATCHED.intersection(names) <= OF_ACCOUNT - {"parent_id"}:
            # Of others these may be anything; not everyone has read yet to which account they belong
            decides = OF_TOP & self.names
            self.partners = self.partners.filtered(
                lambda partner: partner.key_account_status or (decides and not partner.parent_id)
            )
        self.lines = {partner: self._line(partner) for partner in self.partners}
        self.people = {partner: partner._get_key_account_users() for partner, line in self.lines.items() if line}
        self.values = {partner: {name: partner[name] for name in self.names} for partner in self.partners}

    def _watched(self, names):
        names = WATCHED.intersection(names)
        if "company_type" in names:
            names = names - {"company_type"} | {"is_company"}
        if MANAGED & names:
            self._check_role()
        if "parent_id" in names and self._sees_own_customers_only():
            names |= {"user_id"}
        # The people of an account are compared as they were and are, not as they were sent
        return names - MANAGED

    # === CHECKS ===#

    def check_written(self, names):
        """After the change.

        :param names: what was written
        :raises AccessError: not the user's to change
        """
        if "key_account_analytic_id" in names:
            self._check_analytic(self.partners.filtered("key_account_analytic_id"))
        lines = {partner: self._line(partner) for partner in self.partners}
        changes = {
            partner: {name for name in self.names if partner[name] != self.values[partner][name]}
            for partner in self.partners
        }
        moved = self._moved(lines)
        above = self.partners.filtered(
            lambda partner: (
                not self.lines[partner]
                and not lines[partner]
                and (
                    "parent_id" in changes[partner]
                    or (not partner.parent_id and OF_TOP & (changes[partner] | MANAGED.intersection(names)))
                )
            )
        )
        below = self._accounts_below(moved | above)
        self._check_managed(self.partners.browse().union(*(below[partner] for partner in above)))
        for partner, changed in changes.items():
            before, after = self.lines[partner], lines[partner]
            if FOLLOWING & changed:
                self._check_follows(partner)
            if not before and not after:
                self._check_salesperson(partner, changed)
                continue
            touched = partner.browse()
            if partner in moved:
                # What is below belongs to the same accounts, and to its own
                touched |= (before - after) | (after - before) | before[:1] | after[:1] | below[partner]
            if (OF_TREE & changed) or MANAGED.intersection(names):
                touched |= before[:1]
            if OF_ACCOUNT & changed and partner in before:
                touched |= partner
            # Partners that have just become key accounts have no one else's rights yet
            self._check_managed(touched - (partner - before))

    def check_created(self):
        """After new partners were created."""
        for partner in self.partners:
            if any(self._is_set(partner, name) for name in MANAGED):
                self._check_role()
            if partner.is_company:
                self._check_managed((self.lines[partner] - partner)[:1])
        self._check_analytic(self.partners.filtered(lambda partner: self._is_set(partner, "key_account_analytic_id")))

    def check_deleted(self):
        """Before partners are deleted: what is known about a person is deleted with the person."""
        outside = self.partners.filtered(lambda partner: not self.lines[partner])
        self._check_managed(outside.browse().union(*self._accounts_below(outside).values()))
        inside = self.partners.filtered("key_account_id")
        if not inside:
            return
        # Not everyone may read profiles, but whether there is one decides
        described = self.env["key.account.profile"].sudo().search([("partner_id", "in", inside.ids)]).partner_id
        for partner in inside:
            if partner.is_company or partner.key_account_status or partner.child_ids or partner in described:
                self._check_managed(partner.key_account_id)

    def check_merged(self):
        """Before partners become one: like moving each of them to where the others are."""
        touched = self.partners.browse()
        below = self._accounts_below(self.partners)
        for partner, line in self.lines.items():
            if partner.is_company or partner in line:
                touched |= line[:1]
            if not line:
                touched |= below[partner]
        if len(set(self.lines.values())) > 1:
            touched = touched.union(*self.lines.values(), *below.values())
        self._check_managed(touched)
        if self._sees_own_customers_only() and len(self.partners.user_id) > 1:
            self._refuse_customers(self.partners.filtered(lambda partner: partner.user_id != self.user))

    def check_made_persons(self):
        """Before companies become persons, by SQL."""
        self._check_managed(self.env["res.partner"].union(*(line[:1] for line in self.lines.values())))

    def others(self, name, value):
        """Accounts that the user does not manage and that another value would change.

        :param name: a many2one
        :param value: its new id
        """
        accounts = self.partners.filtered("key_account_status")
        return accounts.filtered(lambda account: account[name].id != value and not self._manages(account))

    # === WHO MANAGES AN ACCOUNT ===#

    def _manages(self, account):
        if self.is_head:
            return True
        people = self._people(account)
        return self.is_manager and (not people or self.user in people)

    def _people(self, account):
        """Who works for an account, without those who have come by the change."""
        people = self.user.browse()
        # Whose account it is does not depend on who asks
        partner = account.sudo()
        while partner:
            if partner in self.people:
                return people | self.people[partner]
            if partner in self.lines:
                # It belonged to no account
                return people
            if partner.key_account_status:
                people |= partner.key_account_manager_id | partner.key_account_team_ids
            partner = partner.parent_id
        return people

    def _check_role(self):
        if not self.is_manager:
            self.refuse_role(self.env)

    def _check_analytic(self, partners):
        """The total of the analytic items is shown with the figures of an account, which are read as superuser."""
        if not partners or self.env["account.analytic.line"].with_user(self.user).has_access("read"):
            return
        raise AccessError(
            self.env._(
                "%(account)s: only those who may read analytic items can choose the analytic account of the direct "
                "customer costs, because its total is shown with the figures. Ask your accountants.",
                account=", ".join(partners.mapped("display_name")),
            )
        )

    @staticmethod
    def refuse_role(env):
        raise AccessError(env._("Only key account managers can change who is a key account and how it is managed."))

    def _check_managed(self, accounts):
        others = accounts.filtered(lambda account: not self._manages(account))
        if not others:
            return
        names = ", ".join(others.mapped("display_name"))
        if self.is_manager:
            text = self.env._(
                "These accounts are managed by someone else: %(accounts)s. Ask their account manager or the head "
                "of key accounts.",
                accounts=names,
            )
        else:
            text = self.env._(
                "This would change what belongs to these key accounts, or what they are compared with: %(accounts)s. "
                "Ask their account manager or the head of key accounts.",
                accounts=names,
            )
        raise AccessError(text)

    # === WHERE PARTNERS ARE ===#

    def _line(self, partner):
        """The key accounts at and above a partner, the nearest first."""
        line = account = partner.key_account_id
        while account:
            account = account.parent_id.key_account_id
            line += account
        return line

    def _accounts_below(self, partners):
        """:return: ``{partner: the key accounts below it}``"""
        below = dict.fromkeys(partners, partners.browse())
        # Most have nothing below them and need not be searched for
        parents = partners.with_context(active_test=False).filtered("child_ids")
        if not parents:
            return below
        domain = Domain("id", "child_of", parents.ids) & Domain("key_account_status", "!=", False)
        for account in partners.with_context(active_test=False).search(domain).with_env(partners.env):
            partner = account.parent_id
            while partner:
                if partner in below:
                    below[partner] |= account
                partner = partner.parent_id
        return below

    def _moved(self, lines):
        """:param lines: ``{partner: its accounts after the change}``
        :return: the partners whose accounts have changed, without those who have bought nothing so far and were added
            to an account
        """
        moved = self.partners.filtered(lambda partner: self.lines[partner] != lines[partner])
        added = moved.filtered(
            lambda partner: not self.lines[partner] and partner not in lines[partner] and not partner.is_company
        )
        added = added.with_context(active_test=False).filtered(lambda partner: not partner.child_ids)
        if not added:
            return moved
        buyers = self.partners.browse()
        for model in ("account.move", "sale.order"):
            # Not everyone may read what was bought, only whether anything was
            found = self.env[model].sudo()._read_group([("partner_id", "in", added.ids)], ["partner_id"])
            buyers = buyers.union(*(partner for (partner,) in found))
        return moved - (added - buyers)

    def _check_follows(self, partner):
        parent = partner.parent_id
        commercial = partner if partner.is_company or not parent else parent.commercial_partner_id
        account = partner if partner.key_account_status else parent.key_account_id
        if (partner.commercial_partner_id, partner.key_account_id) != (commercial, account):
            raise AccessError(
                self.env._(
                    "The account that %(contact)s belongs to follows from its related company: change that instead.",
                    contact=partner.display_name,
                )
            )

    def _is_set(self, partner, name):
        """Whether a new partner has a value that it does not have in common with all others."""
        field = partner._fields[name]
        if not field.company_dependent:
            return bool(partner[name])
        return partner[name] != field.get_company_dependent_fallback(partner)

    # === CUSTOMERS WHO ARE NO KEY ACCOUNTS ===#

    def _sees_own_customers_only(self):
        """Whether the user may see the figures of customers because they are their salesperson."""
        return (
            self.user.has_group(USER)
            and not self.is_manager
            and not self.user.has_group("sales_team.group_sale_salesman_all_leads")
        )

    def _check_salesperson(self, partner, changed):
        if not {"parent_id", "user_id"} & changed or not self._sees_own_customers_only():
            return
        salesperson = self.values[partner]["user_id"]
        if not salesperson or salesperson == self.user:
            return
        above = partner.parent_id
        while above and above.user_id != self.user:
            above = above.parent_id
        if "user_id" in changed or above:
            self._refuse_customers(partner)

    def _refuse_customers(self, customers):
        raise AccessError(
            self.env._(
                "These are customers of other salespeople: %(customers)s. Ask them, or a sales manager, to hand the "
                "customers over.",
                customers=", ".join(customers.mapped("display_name")),
            )
        )

    # === WHAT IS KEPT ===#

    @classmethod
    def check_kept(cls, partners):
        """Before partners are deleted, whoever does it.

        :raises UserError: there are records about them that must not go with them
        """
        kept = cls._kept_records(partners)
        if kept:
            raise UserError(
                partners.env._(
                    "%(contacts)s cannot be deleted, because there are records about them that are kept: %(records)s. "
                    "Archive the contacts instead.",
                    contacts=", ".join(partners.mapped("display_name")),
                    records=", ".join(f"{label} ({count})" for label, count in kept.items()),
                )
            )

    @staticmethod
    def _kept_records(partners):
        """:return: ``{label: number}`` of what refers to partners and would not be lost by the database either"""
        kept = {}
        fields = linked_fields(partners.env, partners._name)
        for name in dict.fromkeys(field.model_name for field in fields):
            domain = Domain.OR(Domain(field.name, "in", partners.ids) for field in fields if field.model_name == name)
            # Also what the user may not see, and what was archived
            count = partners.env[name].sudo().with_context(active_test=False).search_count(domain)
            if count:
                kept[partners.env["ir.model"].sudo()._get(name).name] = count
        return kept


def linked_fields(env, model):
    """The stored links of our records to another model whose records stay as long as ours refer to them."""
    return [
        field
        for name, ours in env.items()
        if name.startswith("key.account.") and not ours._abstract and not ours._transient and ours._auto
        for field in ours._fields.values()
        if field.type in ("many2one", "many2many")
        and field.comodel_name == model
        and field.store
        and not field.compute
        and field.ondelete == "restrict"
    ]
