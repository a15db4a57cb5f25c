from odoo.exceptions import AccessError, MissingError
from odoo.http import Controller, request, route

from .address import record_id


class PresentController(Controller):
    @route("/key_account_management/slides/<string:review_id>", type="http", auth="user", readonly=True)
    def slides(self, review_id, **_kwargs):
        """The pages of the presentation as they are printed, for the screen (see `present.js`)."""
        review = request.env["key.account.review"].browse(record_id(review_id) or [])
        if not review or not request.env.user._is_internal():
            raise request.not_found()
        try:
            review.check_access("read")
            html, _type = request.env["ir.actions.report"]._render_qweb_html(
                review._get_key_account_report("presentation"), review.ids
            )
        except (AccessError, MissingError):
            raise request.not_found() from None
        return request.make_response(
            html,
            [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Cache-Control", "no-store"),
                # None of its scripts run: the client turns the pages
                ("Content-Security-Policy", "script-src 'none'; frame-ancestors 'self'"),
            ],
        )
