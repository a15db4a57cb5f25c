from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Generic, TypeVar

from dateutil.relativedelta import relativedelta

from odoo.models import BaseModel

from ..figure import ADJUSTMENTS, AccountFigures, Figure, Figures, Row
from ..source import Records, Source
from .sales_groups import TREES, SalesGroup, SalesGroups

# Breakdowns of goods: what is no goods has rows of its own there
OF_GOODS = ("category", "product")


@dataclass
class LineSum:
    """What is added up over sales lines, in numbers and dictionaries of numbers or lists of numbers."""

    # In the currencies of the documents
    document_by_currency: dict[BaseModel, Any] = field(default_factory=dict)

    def add(self, other: "LineSum") -> None:
        for part in fields(self):
            ours, more = getattr(self, part.name), getattr(other, part.name)
            if not isinstance(ours, dict):
                setattr(self, part.name, ours + more)
                continue
            for key, amount in more.items():
                if isinstance(amount, list):
                    ours[key] = [first + second for first, second in zip(ours[key], amount, strict=True)]
                else:
                    ours[key] += amount


S = TypeVar("S", bound=LineSum)


class SalesLines(Source, Generic[S]):
    """What the sources on the sales lines (``key.account.sales.report``) have in common: sums and breakdowns."""

    # What is added up over the lines, a `LineSum` whose instances are empty sums
    sum_type: type[S]
    has_months = True

    def compute(self) -> Figures:
        figures = {}
        totals = self._sums(None)
        broken_down = {
            name: self._tree_sums(TREES[name]) if name in TREES else self._sums(name)
            for name in self.request.breakdowns
        }
        for account in self.request.account_ids:
            now, before = (totals[period][account].get(None, self.sum_type()) for period in (0, 1))
            figures[account] = self._figures(now, before)
            for name, (sums, sums_before) in broken_down.items():
                self._add_breakdown(figures[account], name, sums[account], sums_before[account])
        return figures

    def records(self, code: str) -> Records:
        return [("key.account.sales.report", SalesGroups(self.request).lines_domain(self.request.period))]

    def _figures(self, now: S, before: S, unit: BaseModel | None = None, is_row: bool = False) -> AccountFigures:
        """
        :param unit: of quantities, None for their common one
        :param is_row: whether the sums are those of a row of a breakdown
        :return: ``{code: Figure}`` of two sums
        """
        raise NotImplementedError

    # === READING ===#

    def _sums(self, breakdown: str | None) -> list[dict[int, dict[Any, S]]]:
        """:return: for the period and for the one before ``{account id: {key: sum}}``, None as the key of the total"""
        return [self._add_up(groups, breakdown) for groups in self._groups(breakdown)]

    def _groups(self, breakdown: str | None) -> list[list[SalesGroup]]:
        """:return: what is added up, for the period and for the one before"""
        return [groups[breakdown] for groups in self.request.figures(SalesGroups)]

    def _add_up(self, groups: Iterable[SalesGroup], breakdown: str | None) -> dict[int, dict[Any, S]]:
        sums: dict[int, dict[Any, S]] = defaultdict(lambda: defaultdict(self.sum_type))
        for group in groups:
            # What is no goods has a product, but is not bought of it
            key = (breakdown in OF_GOODS and group.adjustment) or group.key
            for account in self.request.accounts_of[group.customer.id]:
                self._add_group(sums[account][key], group)
        return sums

    def _add_group(self, total: S, group: SalesGroup) -> None:
        """Adds a `SalesGroup` to a sum."""
        raise NotImplementedError

    def _tree_sums(self, breakdown: str) -> list[dict[int, dict[Any, S]]]:
        """As `_sums`, each record with all that are below it."""
        rolled_up = []
        for sums in self._sums(breakdown):
            of_period: dict[int, dict[Any, S]] = defaultdict(lambda: defaultdict(self.sum_type))
            for account, by_key in sums.items():
                for key, total in by_key.items():
                    for record in with_parents(key) if _is_record(key) else [key]:
                        of_period[account][record].add(total)
            rolled_up.append(of_period)
        return rolled_up

    def _money(self, value: float, previous: float, lines: int, previous_lines: int) -> Figure:
        """An amount to which no line contributes is undefined.

        What floats make of large sums must not decide to which side half a cent is rounded.
        """
        return Figure(
            self.round_money(round(value, 8)) if lines else None,
            self.round_money(round(previous, 8)) if previous_lines else None,
            unit=self.currency.name,
        )

    def _document_currency(self, now: S, before: S) -> BaseModel | None:
        """The one currency of all documents of both periods, or None."""
        currencies = list(now.document_by_currency | before.document_by_currency)
        return currencies[0] if len(currencies) == 1 else None

    # === BREAKDOWNS ===#

    def _add_breakdown(self, figures: AccountFigures, name: str, sums: dict[Any, S], sums_before: dict[Any, S]) -> None:
        """Adds a row per month, category or product to each figure."""
        if name == "month":
            # The same month of the previous year is shown next to each month.
            keys = self.request.period.months
            before = {month + relativedelta(years=1): total for month, total in sums_before.items()}
        else:
            keys = _in_tree_order(sums | sums_before) if name in TREES else list(sums | sums_before)
            before = sums_before
        # Rows next to each other are compared: all in the unit of the total; a product is in its own
        unit = self._unit_of_rows(sums, sums_before) if name != "product" else None
        for figure in figures.values():
            figure.breakdowns[name] = []
            if figure.document:
                figure.document.breakdowns[name] = []
        if name not in ("month", *TREES):
            self._add_labels(filter(_is_record, keys))
        for key in keys:
            row_key, label = self._key_and_label(name, key)
            depth = len(with_parents(key)) - 1 if _is_record(key) and name in TREES else 0
            now, then = (of.get(key, self.sum_type()) for of in (sums, before))
            of_row = self._figures(now, then, unit, is_row=True)
            for code, figure in figures.items():
                _add_row(figure, name, of_row[code], Row(row_key, label, None, None, "", depth))
        if name != "month" and name not in TREES:
            for figure in figures.values():
                figure.breakdowns[name].sort(key=_largest_first)
                if figure.document:
                    figure.document.breakdowns[name].sort(key=_largest_first)

    @property
    def _labels(self) -> dict[BaseModel, str]:
        """Of the records of rows: those of all sources, accounts and periods."""
        return self.request.readings.once("labels", dict)

    def _add_labels(self, keys: Iterable[BaseModel]) -> None:
        labels = self._labels
        unknown = [key for key in keys if key not in labels]
        if unknown:
            # Read together with those of other accounts
            records = unknown[0].browse(record.id for record in unknown).with_prefetch(unknown[0]._prefetch_ids)
            # Customers read the labels, too, and our internal references mean nothing to them
            named = records.with_context(display_default_code=False)
            labels.update(zip(unknown, named.mapped("display_name"), strict=True))

    def _unit_of_rows(self, *sums_by_key: Mapping[Any, S]) -> BaseModel | None:
        """The unit in which quantities of adjacent rows are shown, None if they have none in common."""
        return None

    def _key_and_label(self, name: str, key: Any) -> tuple[str | int | None, str]:
        if name == "month":
            return key.strftime("%Y-%m"), self._month_label(key)
        if _is_adjustment(key):
            return key, {
                "discount": self.env._("Discounts"),
                "charge": self.env._("Charges"),
                "down_payment": self.env._("Down Payments"),
            }[key]
        if key and name in TREES:
            return key.id, key.name
        if key:
            return key.id, self._labels[key]
        return None, {
            "category": self.env._("Without category"),
            "category_tree": self.env._("Without category"),
            "product": self.env._("Without product"),
        }[name]


def _add_row(figure: Figure, breakdown: str, of_row: Figure, row: Row) -> None:
    """Adds a row with the values of ``of_row`` to a breakdown; ``row`` has its key, label and depth."""
    if row.key in ADJUSTMENTS and (of_row.value, of_row.previous) == (None, None):
        return
    figure.breakdowns[breakdown].append(
        Row(row.key, row.label, of_row.value, of_row.previous, of_row.unit or figure.unit, row.depth)
    )
    if figure.document:
        _add_row(figure.document, breakdown, of_row.document or Figure(), row)


def _is_adjustment(key: Any) -> bool:
    """Whether the key of a row is no goods: others are records or months."""
    return isinstance(key, str)


def _is_record(key: Any) -> bool:
    return bool(key) and not _is_adjustment(key)


def with_parents(record: BaseModel) -> list[BaseModel]:
    """:return: the record and all above it, the topmost first"""
    path = [record]
    while path[0].parent_id:
        path.insert(0, path[0].parent_id)
    return path


def _in_tree_order(records: Iterable[BaseModel]) -> list[BaseModel]:
    """Each record right above those that are below it; lines without one at the end, and then what is no goods."""
    return sorted(
        records,
        key=lambda record: (
            _is_adjustment(record),
            not _is_record(record),
            [above.name for above in with_parents(record)] if _is_record(record) else [],
        ),
    )


def _largest_first(row: Row) -> tuple[bool, float, float, str]:
    """Goods are ranked, what else is booked follows."""
    return (not row.is_of_goods, -(row.value or 0.0), -(row.previous or 0.0), row.label)
