"""How units of measure are called."""

from odoo.models import BaseModel


def unit_name(unit: BaseModel) -> str:
    """
    :param unit: a ``uom.uom``
    :return: its name; for Odoo's own "Units" the word that people use when they talk about pieces ("Stück", where Odoo
        says "Einheit(en)"), unless it was renamed
    """
    env = unit.env
    if env.lang in (None, "en_US") or unit != env.ref("uom.product_uom_unit", raise_if_not_found=False):
        return unit.name
    is_renamed = unit.with_context(lang="en_US").name != "Units"
    return unit.name if is_renamed else env._("Units")
