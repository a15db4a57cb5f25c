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

    @http.route(
        "/my/key-account-reviews/<string:review_id>/documents/<string:document_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_key_account_document(self, review_id, document_id, **_kwargs):
        """A version that was put on the portal, exactly as it was then."""
        # As superuser, as the review was found: customers' contacts have no access to the model
        documents = self._find_reviews(record_id(review_id))._get_portal_documents()
        document = documents.filtered(lambda document: document.id == record_id(document_id))
        if not document:
            raise request.not_found()
        response = make_download(document.name, document._get_bytes())
        response.headers["Cache-Control"] = "no-store"
        return response

    def _find_reviews(self, review_id=None):
        return request.env["key.account.review"]._find_for_portal(request.env.user.partner_id, review_id)
