from odoo import models


class KeyAccountDocument(models.AbstractModel):
    _name = "key.account.document"
    _description = "Key Account Documents"
