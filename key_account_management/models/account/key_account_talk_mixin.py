from datetime import datetime

from markupsafe import Markup

from odoo import models
from odoo.tools import format_date, format_datetime

from ...tools.rights import may_edit


class KeyAccountTalkMixin(models.AbstractModel):
    """What takes place in a meeting of the calendar: a review, a coaching session.

    It follows its meeting if that was changed by someone who may change the talk as well. Otherwise it stays as agreed,
    and the person in charge is told. Talks are records with activities, guarded by `key.account.guard.mixin`.
    """

    _name = "key.account.talk.mixin"
    _description = "Talk in a Meeting"

    # The activity that tells the person in charge what someone else changed in the calendar
    _meeting_changed_type = None

    # === BUSINESS METHODS ===#

    def _get_person_in_charge(self):
        """:return: the user who is told what others change in the calendar"""
        raise NotImplementedError

    def _get_meeting_advice(self, env):
        """:return: what the person in charge can do about it, in the language of an environment"""
        raise NotImplementedError

    def _prepare_meeting_changes(self, changed):
        """
        :param set changed: see ``_follow_meeting``
        :return: values of the talk that follow from its meeting
        """
        raise NotImplementedError

    def _lose_meeting(self):
        """The meeting was deleted by someone who may change the talk."""

    def _follow_meeting(self, before, after):
        """The meeting was changed in the calendar.

        :param dict before: its facts, see ``_get_key_account_facts``
        :param dict after: the same as they are now
        """
        changed = {name for name, value in after.items() if value != before[name]}
        if "active" in changed and not after["active"]:
            self._handle_meeting_deleted()
            return
        for talk in self:
            if not may_edit(talk):
                talk._tell_of_meeting(
                    [_describe(name, before[name], after[name]) for name in sorted(changed - {"active"})]
                )
            elif values := talk._prepare_meeting_changes(changed):
                talk._store(values)

    def _handle_meeting_deleted(self):
        """The meeting was deleted or archived in the calendar."""
        for talk in self:
            if may_edit(talk):
                talk._lose_meeting()
            else:
                talk._tell_of_meeting([lambda env: env._("The meeting was deleted.")])

    def _tell_of_meeting(self, changes):
        """Adds what was changed, and by whom, to the activity of the person in charge.

        :param changes: functions that give a text in an environment's language
        """
        self.ensure_one()
        person = self._get_person_in_charge()
        if not person or not changes:
            return
        translated = self.with_context(lang=person.lang, tz=person.tz or "UTC")
        env = translated.env
        who = env._(
            "%(user)s, who may not change %(record)s, changed the meeting in the calendar. What was agreed stays:",
            user=self.env.user.name,
            record=translated.display_name,
        )
        lines = Markup().join(Markup("<li>{}</li>").format(change(env)) for change in changes)
        note = Markup("<p>{}</p><ul>{}</ul>").format(who, lines)
        told = translated.activity_search([self._meeting_changed_type])[:1]
        if told:
            told.note = note + told.note
            return
        translated.activity_schedule(
            self._meeting_changed_type,
            user_id=person.id,
            summary=env._("The meeting was changed by %(user)s", user=self.env.user.name),
            note=note + Markup("<p>{}</p>").format(self._get_meeting_advice(env)),
        )


def _describe(name, before, after):
    """
    :param name: of a fact of a meeting
    :return: function that says what was changed, in an environment's language
    """

    def describe(env):
        if name == "people":
            added, removed = after - before, before - after
            texts = [
                added and env._("Participants added: %(names)s", names=", ".join(added.mapped("name"))),
                removed and env._("Participants removed: %(names)s", names=", ".join(removed.mapped("name"))),
            ]
            return "; ".join(filter(None, texts))
        if name == "date":
            return env._(
                "Date: %(after)s instead of %(before)s", before=_moment(env, before), after=_moment(env, after)
            )
        if name == "place":
            return env._("Place: %(after)s instead of %(before)s", before=_place(before), after=_place(after))
        return env._("Subject: %(after)s instead of %(before)s", before=before, after=after)

    return describe


def _moment(env, times):
    begin, end = times
    if isinstance(begin, datetime):
        return f"{format_datetime(env, begin)} – {format_datetime(env, end)}"
    return format_date(env, begin)


def _place(texts):
    return ", ".join(filter(None, texts)) or "–"
