"""In which language someone reads."""

from odoo.models import BaseModel


def language_of(*people: BaseModel) -> str:
    """
    :param people: partners, at least one; the first one with an installed language decides
    :return: the language in which to write to them, otherwise that of their environment
    """
    env = people[0].env
    installed = {code for code, _name in env["res.lang"].get_installed()}
    candidates = (*(person.lang for person in people), env.lang)
    return next((code for code in candidates if code in installed), "en_US")
