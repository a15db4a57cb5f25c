import base64

from odoo.http import Controller, request, route

from .address import record_id

# What the page of each state says, and with which status
STATUS = {"open": 200, "past": 200, "chosen": 200, "written": 200, "used": 410, "taken": 409, "closed": 410}

# An empty picture
PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


class DatesController(Controller):
    """Where a customer chooses the date of an annual review, through the link in the mail and without a login.

    Reading changes nothing: programs that check emails also follow links. The page says what the email said.
    """

    @route("/key-account/dates/<string:token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def show(self, token, **_kwargs):
        invitation = self._find(token)
        return self._page(token, invitation, invitation and invitation._get_answer_state())

    @route("/key-account/dates/<string:token>/seen", type="http", auth="public", methods=["GET"], sitemap=False)
    def seen(self, token, **_kwargs):
        """A picture of the page, by which it is known that a browser showed it; the same for each link."""
        invitation = self._find(token)
        if invitation:
            invitation._mark_opened()
        headers = {"Content-Type": "image/gif", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        return request.make_response(PICTURE, list(headers.items()))

    @route("/key-account/dates/<string:token>/choose", type="http", auth="public", methods=["POST"], sitemap=False)
    def choose(self, token, slot=None, **_kwargs):
        invitation = self._find(token)
        if not invitation:
            return self._page(token, invitation)
        chosen = invitation._choose(record_id(slot or ""))
        if chosen:
            return self._page(token, invitation, "chosen", slot=chosen)
        state = invitation._get_answer_state()
        # The date was withdrawn a moment ago or has passed: the others are still there
        return self._page(token, invitation, state, gone=state == "open")

    @route("/key-account/dates/<string:token>/write", type="http", auth="public", methods=["POST"], sitemap=False)
    def answer(self, token, message=None, **_kwargs):
        invitation = self._find(token)
        if not invitation:
            return self._page(token, invitation)
        written = invitation._write_message(message)
        return self._page(token, invitation, "written" if written else invitation._get_answer_state())

    def _find(self, token):
        return request.env["key.account.review.invitation"]._find_by_token(token)

    def _page(self, token, invitation, state=None, slot=None, gone=False):
        values = {"state": state or "unknown", "token": token, "gone": gone}
        if invitation:
            request.update_context(lang=invitation._get_language())
            invitation = invitation.with_context(lang=invitation._get_language())
            proposal = invitation._get_proposal()
            values.update(
                proposal=proposal,
                agreed=invitation._get_slot_data(slot) if slot else invitation._get_agreed_data(),
                has_written=bool(invitation.answered_on),
            )
        response = request.render("key_account_management.dates_page", values)
        response.status_code = 409 if gone else STATUS.get(values["state"], 404)
        response.headers.update(
            {
                "X-Robots-Tag": "noindex, nofollow",
                "Cache-Control": "no-store",
                # The address is the key: no other site must learn it
                "Referrer-Policy": "no-referrer",
            }
        )
        return response
