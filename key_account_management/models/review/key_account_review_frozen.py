from dataclasses import replace

from odoo import api, fields, models

from ...documents.data.frozen import FrozenDocuments


class KeyAccountReviewFrozen(models.Model):
    """What the documents of a held review say besides its figures, and the files of the folder's appendix.

    No role has access, because both editions are in it: `key.account.document` gives each audience its own.
    """

    _name = "key.account.review.frozen"
    _description = "Frozen Documents of an Annual Review"
    _rec_name = "review_id"

    review_id = fields.Many2one("key.account.review", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    data = fields.Json(required=True, readonly=True, help="See documents/data/frozen.py.")

    _review_uniq = models.UniqueIndex("(review_id)", "The documents of a review are frozen once.")

    @api.model
    def _find(self, review):
        """:return: what was frozen of a review, as superuser; empty if nothing was"""
        # No role has access, see above
        return self.sudo().search([("review_id", "=", review.id)])

    @api.model
    def _freeze(self, review):
        """Freezes the documents of a review that was held, as they are now."""
        self._find(review).unlink()
        # All that each audience may see, and not only what whoever held the review happens to see; the internal edition
        # is in that person's language
        documents = self.env["key.account.document"].with_user(review.held_by_id or self.env.user).sudo()
        documents = self.env["key.account.figures"]._for_system(documents)
        review = review.with_env(documents.env)
        frozen = FrozenDocuments(
            documents._get_document_data(review),
            documents._get_document_data(review, "internal"),
            documents._get_minutes(review),
        )
        # No one has access to what was frozen
        self.sudo().create({"review_id": review.id, "data": frozen.to_plain()})._copy_files()

    def _copy_files(self):
        """Copies share the stored file: changing or deleting the original one leaves them alone."""
        self._get_files().unlink()
        for record in self:
            for file in record.review_id.folder_attachment_ids.sorted("id"):
                file.copy({"res_model": self._name, "res_id": record.id})

    def _get_files(self):
        """:return: the appendix of the folder"""
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        return self.env["ir.attachment"].search(domain, order="id desc")

    def _get_documents(self):
        """:return: `FrozenDocuments`, None if nothing was frozen"""
        return FrozenDocuments.from_plain(self.data) if self else None

    def _correct(self):
        """Takes over what was corrected in the review itself; what is written elsewhere stays frozen."""
        documents = self.env["key.account.document"]
        for record in self:
            record._replace(documents._write_review)
            minutes = record._get_documents().minutes
            now = documents._gather_minutes(record.review_id, minutes.language)
            minutes = replace(minutes, held_on=now.held_on, place=now.place, people=now.people, sections=now.sections)
            record._write_documents(minutes=minutes)

    def _take_results(self):
        """Takes over what the review has led to, before it is closed."""
        for record in self:
            record._replace(self.env["key.account.document"]._add_what_it_led_to)

    def _replace(self, gather):
        frozen = self._get_documents()
        self._write_documents(
            customer=gather(self.review_id, frozen.customer), internal=gather(self.review_id, frozen.internal)
        )

    def _write_documents(self, **changed):
        self.data = replace(self._get_documents(), **changed).to_plain()
