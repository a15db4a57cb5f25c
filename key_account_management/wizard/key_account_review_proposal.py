from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.rights import readable


class KeyAccountReviewProposal(models.TransientModel):
    """The email with the proposed dates, as each contact will read it, before it is sent."""

    _name = "key.account.review.proposal"
    _inherit = ["key.account.guard.mixin"]
    _description = "Proposal of Dates"

    review_id = fields.Many2one("key.account.review", required=True, ondelete="cascade")
    invitation_ids = fields.Many2many(
        "key.account.review.invitation",
        string="Recipients",
        compute="_compute_invitation_ids",
        store=True,
        readonly=False,
        domain="[('review_id', '=', review_id)]",
    )
    note = fields.Text("Personal Message", help="Appears above the dates in the email, exactly as you write it.")
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    without_email = fields.Char(compute="_compute_without_email")
    asked_before = fields.Char("Already Asked", compute="_compute_asked_before")
    opened_on = fields.Datetime(default=fields.Datetime.now)

    # === COMPUTE METHODS ===#

    @api.depends("review_id")
    def _compute_invitation_ids(self):
        for proposal in self:
            # Anyone already asked is only asked again on purpose
            proposal.invitation_ids = readable(proposal.review_id).invitation_ids.filtered(
                lambda invitation: invitation._can_be_asked() and not invitation.asked_on
            )

    @api.depends("review_id")
    def _compute_without_email(self):
        for proposal in self:
            nameless = proposal.review_id.invitation_ids.filtered(lambda invitation: not invitation.email)
            proposal.without_email = ", ".join(nameless.partner_id.mapped("name"))

    @api.depends("review_id", "invitation_ids")
    def _compute_asked_before(self):
        for proposal in self:
            asked = (proposal.review_id.invitation_ids - proposal._get_invitations()).filtered("asked_on")
            proposal.asked_before = ", ".join(asked.partner_id.mapped("name"))

    @api.depends("invitation_ids", "note")
    def _compute_preview(self):
        for proposal in self:
            invitations = proposal._get_invitations()
            subjects = invitations._render_proposal("subject", proposal.note)
            bodies = invitations._render_proposal("body_html", proposal.note)
            proposal.preview = Markup("<hr/>").join(
                Markup("<p class='text-muted'>{} &lt;{}&gt;<br/><b>{}</b></p>{}").format(
                    invitation.partner_id.name or "",
                    invitation.email or "",
                    subjects[invitation.id],
                    bodies[invitation.id],
                )
                for invitation in invitations
            )

    # === ACTION METHODS ===#

    def action_send(self):
        """Sends the emails. What has been sent since the window was opened, by whomever, is not sent twice."""
        self.ensure_one()
        review = self.review_id
        review.check_access("write")
        review._lock_dates()
        review._check_can_propose()
        if not self.invitation_ids:
            raise UserError(self.env._("Choose at least one contact to ask."))
        invitations = self.invitation_ids.filtered(
            lambda invitation: (
                invitation.review_id == review
                and invitation._can_be_asked()
                and not (invitation.asked_on and invitation.asked_on >= self.opened_on)
            )
        )
        if invitations:
            invitations._ask(self.note)
            review._set_proposed()
            names = ", ".join(invitations.partner_id.mapped("name"))
            review.message_post(body=self.env._("Dates were proposed to %(contacts)s.", contacts=names))
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS ===#

    def _get_invitations(self):
        """The chosen ones as database records, even while the window is open, if they are of a review that is shown."""
        return readable(self.invitation_ids._origin).filtered(
            lambda invitation: invitation.review_id == self.review_id._origin
        )
