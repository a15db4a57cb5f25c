"""What is typed while presenting."""

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, UserError

from ...screens.present import PARTS, Talk, talk_values
from ...tools.rpc import shortened


class TalkWriter:
    """Saves what was typed, unless someone else has written there in the meantime.

    A browser may send it long after it was typed: when the connection is back, or when the review is presented again.
    """

    def __init__(self, review):
        self.review = review
        self.env = review.env

    def save(self, part, key, values, before):
        """See ``key.account.review.save_talk``."""
        self._check(part, values, before)
        record = self._find_note(key) if part == "note" else self._find(part, key)
        now = talk_values(part, record)
        taken = [name for name in values if now[name] not in (before.get(name), values[name])]
        if not taken:
            # What is there already is not written again: a request may arrive twice
            changed = {name: value for name, value in values.items() if value != now[name]}
            if changed:
                self._write(part, record, key, changed)
        found = self._find_note(key) if part == "note" else record
        # None: there are no minutes of the slide
        return {"saved": not taken, "part": Talk(self.review).describe(part, found) if found else None}

    def _check(self, part, values, before):
        """:raises UserError: for what no panel sends"""
        known = PARTS.get(part, (None, ()))[1] if isinstance(part, str) else ()
        is_well_formed = isinstance(values, dict) and isinstance(before, dict)
        names = [*values, *before] if is_well_formed else []
        if not known or not is_well_formed or not values.keys() <= before.keys() or set(names) - set(known):
            raise UserError(
                self.env._("This cannot be saved while presenting: %(what)s.", what=shortened([part, values]))
            )

    def _find(self, part, key):
        is_number = type(key) is int and 0 < key < 2**31
        record = self.review[PARTS[part][0]].filtered(lambda record: is_number and record.id == key)
        if not record:
            raise UserError(self.env._("It is no longer a part of this review. What you typed was not saved."))
        return record

    def _find_note(self, key):
        slide = key.get("slide") if isinstance(key, dict) else None
        texts = (slide, key.get("title")) if slide else ()
        is_slide = texts and all(isinstance(text, str) and 0 < len(text) <= 200 for text in texts)
        if not is_slide or type(key.get("page")) is not int or not 0 < key["page"] < 1000:
            raise UserError(self.env._("There is no such slide: %(slide)s.", slide=shortened(key)))
        return self.review.note_ids.filtered(lambda note: note.slide == slide)

    def _write(self, part, record, key, values):
        if part == "note":
            self._write_note(record, key, values)
        elif part == "condition" and values.get("outcome") == "agreed":
            # First what was agreed: without it, the proposal was
            record.write({name: value for name, value in values.items() if name != "outcome"})
            record.action_agree()
        else:
            record.write({name: value or False if name == "result_date" else value for name, value in values.items()})

    def _write_note(self, note, key, values):
        place = {"title": key["title"], "page": key["page"]}
        if note:
            note.write({**place, **values})
            return
        try:
            with self.env.cr.savepoint():
                note.create({"review_id": self.review.id, "slide": key["slide"], **place, **values})
        except UniqueViolation as error:
            # A colleague was first: started again, this request finds what they wrote
            raise ConcurrencyError from error
