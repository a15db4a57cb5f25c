"""Numbers as people read them: ranks, whose change is not a percentage."""

from odoo.addons.key_account_management.documents.formatter import Formatter
from odoo.addons.key_account_management.figures.figure import Figure

from .common import KeyAccountCase


class TestFormatter(KeyAccountCase):
    def texts(self, kind, value, previous, lang="en_US"):
        return Formatter(self.env(context={"lang": lang})).texts(Figure(value, previous), kind)

    def test_places(self):
        for kind, value, previous, expected in (
            ("rank", 2.0, 4.0, ["2", "4", "2 up"]),
            ("rank", 1200.0, 2.0, ["1,200", "2", "1,198 down"]),
            ("rank", 3.0, 3.0, ["3", "3", "±0"]),
            ("rank", 3.0, None, ["3", "–", "–"]),
            ("class", 1.0, 2.0, ["A", "B", "1 up"]),
            ("class", 3.0, 1.0, ["C", "A", "2 down"]),
            ("class", None, 1.0, ["–", "A", "–"]),
            # A target may be anything
            ("class", 0.0, 7.0, ["0", "7", "7 up"]),
        ):
            with self.subTest(kind=kind, value=value, previous=previous):
                self.assertEqual(self.texts(kind, value, previous), expected)

    def test_differences_match_the_numbers_next_to_them(self):
        """Subtracting what is printed gives what is printed."""
        for kind, value, previous, expected in (
            ("days", 29.6, 30.4, ["30 days", "30 days", "±0 days"]),
            ("days", 1.2, 1.7, ["1 day", "2 days", "−1 day"]),
            ("days", 42.4, 1.0, ["42 days", "1 day", "+41 days"]),
            ("percent", 0.3949, 0.4304, ["39.5%", "43.0%", "−3.5 points"]),
            ("score", 7.04, 6.96, ["7.0", "7.0", "±0.0"]),
            ("quantity", 12.5, 1.25, ["12.5", "1.25", "+900.0%"]),
        ):
            with self.subTest(kind=kind, value=value, previous=previous):
                self.assertEqual(self.texts(kind, value, previous), expected)

    def test_minus_stands_before_the_currency(self):
        formatter = Formatter(self.env(context={"lang": "en_US"}))
        self.assertEqual(formatter.money(-1234.5, "USD", 2), "−$\N{NO-BREAK SPACE}1,234.50")
        self.assertEqual(formatter.money(-1234, "EUR"), "−1,234\N{NO-BREAK SPACE}€")
        self.assertEqual(formatter.percent(-0.05), "−5.0%")

    def test_percentages_are_rounded_once(self):
        """12.345 is nearer to 12.3; halves go up, as in spreadsheets."""
        formatter = Formatter(self.env(context={"lang": "en_US"}))
        for share, text in ((0.12345, "12.3%"), (0.1225, "12.3%"), (0.1224, "12.2%"), (1.0, "100.0%")):
            self.assertEqual(formatter.percent(share), text)

    def test_places_in_german(self):
        self.assertEqual(self.texts("rank", 2.0, 4.0, "de_DE")[2], "2 besser")
        self.assertEqual(self.texts("class", 2.0, 1.0, "de_DE"), ["B", "A", "1 schlechter"])
