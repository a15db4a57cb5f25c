"""The log names what an administrator has to look after: what was expected is neither a warning nor a trace."""

import ast
from unittest import TestCase
from unittest.mock import Mock, call

from odoo.addons.key_account_management.tools.problems import log_problem
from odoo.exceptions import AccessError, UserError

from .checkout import ROOT

ADDONS = ("key_account_management", "key_account_management_stock")


def functions(folder):
    for addon in ADDONS:
        for path in (ROOT / addon).glob(f"{folder}/**/*.py"):
            for part in ast.walk(ast.parse(path.read_text())):
                if isinstance(part, ast.FunctionDef):
                    yield f"{path.name}: {part.name}", part


class TestLogs(TestCase):
    def test_routes_take_any_parameter(self):
        """Odoo warns of each that a route leaves out, and anybody may add one to an address."""
        routes = [
            (name, function)
            for name, function in functions("controllers")
            if any("route" in ast.unparse(decorator) for decorator in function.decorator_list)
        ]
        self.assertGreater(len(routes), 7)
        for name, function in routes:
            with self.subTest(name):
                self.assertTrue(function.args.kwarg)

    def test_what_is_not_found_is_raised(self):
        """Odoo warns of routes that return it."""
        for name, function in functions("controllers"):
            for part in ast.walk(function):
                if isinstance(part, ast.Return) and part.value:
                    with self.subTest(name):
                        self.assertNotIn("not_found", ast.unparse(part.value))

    def test_jobs_tell_expected_errors_from_others(self):
        for name, function in functions("models"):
            for part in ast.walk(function):
                if isinstance(part, ast.ExceptHandler) and ast.unparse(part.type or part) in (
                    "Exception",
                    "BaseException",
                ):
                    with self.subTest(name):
                        self.assertIn("log_problem(_logger, error, ", ast.unparse(part))

    def test_problems(self):
        for error in (UserError("closed"), AccessError("closed")):
            logger = Mock()
            log_problem(logger, error, "Review of %s: %s", "Alpha")
            self.assertEqual(logger.mock_calls, [call.info("Review of %s: %s", "Alpha", error)])
        logger, error = Mock(), ZeroDivisionError("oops")
        log_problem(logger, error, "Review of %s: %s", "Alpha")
        self.assertEqual(logger.mock_calls, [call.error("Review of %s: %s", "Alpha", error, exc_info=error)])
