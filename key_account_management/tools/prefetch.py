"""How our fields on models that Odoo reads all the time are read."""

# Together, and only if one of them is asked for; whoever has nothing to do with key accounts does not pay for them
TOGETHER = "key_account"
