"""What happens before records are deleted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from odoo import api
from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.api import SUPERUSER_ID
from odoo.models import BaseModel


def on_deletion(method: Callable[[Any], None]) -> Callable[[Any], None]:
    """Marks what is done before records are deleted, but not when the add-on is uninstalled.

    Unlike ``api.ondelete(at_uninstall=False)``, which believes the context: a client can write there whatever it likes.
    """

    @wraps(method)
    def before_deletion(self: BaseModel) -> None:
        # Only Odoo's own user uninstalls, and nobody is that
        if not (self.env.uid == SUPERUSER_ID and self.env.context.get(MODULE_UNINSTALL_FLAG)):
            method(self)

    marked: Callable[[Any], None] = api.ondelete(at_uninstall=True)(before_deletion)
    return marked
