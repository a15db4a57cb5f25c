"""Keeps what the registry's caches hold from one test to the next, as it stays after any other rollback."""

from unittest.mock import patch

from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name


class KeptCaches:
    """Empties after a test only the caches that it invalidated, and after a class those that the class did.

    Odoo's tests empty them all; to fill them again takes a good part of the time that a test takes. Outside of tests a
    rollback does what is done here: `Registry.reset_changes`.
    """

    def __init__(self):
        self.registry = Registry(get_db_name())
        self._clear_cache = self.registry.clear_cache
        self.of_class, self.of_test = set(), set()

    def patchers(self):
        return (
            patch.object(self.registry, "clear_cache", self._invalidate),
            patch.object(self.registry, "clear_all_caches", self._roll_back),
        )

    def begin_test(self):
        """What was invalidated until now stays so for all tests of the class."""
        self.of_class |= self.of_test
        self.of_test.clear()

    def end_class(self):
        self.of_test |= self.of_class

    def _invalidate(self, *names):
        self.of_test.update(names or ["default"])
        self._clear_cache(*names)

    def _roll_back(self):
        if self.of_test:
            self._clear_cache(*self.of_test)
        self.begin_test()
