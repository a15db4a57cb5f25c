"""Sources of figures on goods: how often stock turns, what comes back, whether deliveries are in time."""

from . import key_account_figures
