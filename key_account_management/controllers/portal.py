from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request

from ..screens.portal import PortalReview
from .address import record_id
from .download import make_download


class ReviewPortal(CustomerPortal):
    """Reviews that were switched on for the customer's own people; any other address does not exist for them."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "key_account_review_count" in counters:
            values["key_account_review_count"] = len(self._find_reviews())
        return values

    @http.route("/my/key-account-reviews", type="http", auth="user", website=True, readonly=True)
    def portal_my_key_account_reviews(self, **_kwargs):
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="key_account_reviews", reviews=[PortalReview(review).line() for review in self._find_reviews()]
        )
        return request.render("key_account_management.portal_my_reviews", values)

    @http.route("/my/key-account-reviews/<string:review_id>", type="http", auth="user", website=True, readonly=True)
    def portal_my_key_account_review(self, review_id, **_kwargs):
        review = self._find_reviews(record_id(review_id))
        if not review:
            raise request.not_found()
        values = self._prepare_portal_layout_values()
        values.update(page_name="key_account_review", review=PortalReview(review).page())
        return request.render("key_account_management.portal_my_review", values)

    # Not read only: what the customer gets is kept
    @http.route("/my/key-account-reviews/<string:review_id>/folder", type="http", auth="user", website=True)
    def portal_my_key_account_folder(self, review_id, **_kwargs):
        review = self._find_reviews(record_id(review_id))
        if not review:
            raise request.not_found()
        # As superuser and for the system, as the review was found: who reads this has no right to figures. It is the
        # customer's edition.
        reports = review.env["ir.actions.report"].with_company(review.company_id)
        pdf, _type = reports._render_qweb_pdf(review._get_key_account_report("folder"), review.ids)
        response = make_download(review._get_key_account_file("folder"), pdf)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _find_reviews(self, review_id=None):
        return request.env["key.account.review"]._find_for_portal(request.env.user.partner_id, review_id)
