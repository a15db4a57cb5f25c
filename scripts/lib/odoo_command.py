"""Odoo's own command line, as a file: with several workers it starts itself again, which `python -m odoo` cannot."""

import odoo.cli

odoo.cli.main()
