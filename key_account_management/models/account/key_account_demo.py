from odoo import api, models


class KeyAccountDemo(models.AbstractModel):
    """The entry point for demo data created by Odoo's own steps; called by the first and the last file in demo/."""

    _name = "key.account.demo"
    _description = "Key Account Demo Data"

    @api.model
    def _generate(self):
        # Imported here: a database without demo data does not need their code
        from ...demo.demo_data import DemoData

        DemoData(self.env).make()

    @api.model
    def _find_again(self):
        from ...demo.kept import find_again

        find_again(self.env)
