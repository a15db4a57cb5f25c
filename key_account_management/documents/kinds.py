"""The kinds of documents: the one list used by printing, selection menus, file names and stored versions."""

from collections.abc import Callable
from dataclasses import dataclass, field

from odoo.tools.translate import LazyGettext, LazyTranslate

from .pdf.briefing_view import BriefingView
from .pdf.folder_view import FolderView
from .pdf.presentation_view import PresentationView
from .pdf.sheet_view import SheetView

_lt = LazyTranslate(__name__)

ACCOUNT, REVIEW = "res.partner", "key.account.review"


@dataclass(frozen=True)
class Kind:
    """One kind of document.

    ``label``: its name for users and in file names
    ``audience``: ``customer`` or ``internal``
    ``extension``: the file's extension
    ``renderer``: method of ``key.account.document`` that creates the file of a record for an audience; for a PDF, the
    following three do
    ``reports``: the report that prints it, for each model that has it
    ``gather``: method of ``key.account.document`` that gives the data of a record
    ``view``: class of the object that the report's template writes
    ``parts``: the kinds it contains as a ZIP file, created in one go
    ``is_kept``: whether each version is kept with its review
    """

    label: LazyGettext
    audience: str
    extension: str
    renderer: str = ""
    reports: dict[str, str] = field(default_factory=dict)
    gather: str = ""
    view: type | None = None
    parts: tuple[str, ...] = ()
    is_kept: bool = True

    @property
    def models(self) -> tuple[str, ...]:
        """The models whose records have it."""
        return tuple(self.reports) or (ACCOUNT, REVIEW)


def _reports(name: str) -> dict[str, str]:
    """The reports of a document that exists for accounts and reviews."""
    action = f"key_account_management.action_report_{name}"
    return {ACCOUNT: f"{action}_partner", REVIEW: f"{action}_review"}


KINDS = {
    "presentation": Kind(
        _lt("Review Presentation"),
        "customer",
        "pdf",
        reports=_reports("presentation"),
        gather="_get_presentation_data",
        view=PresentationView,
    ),
    "folder": Kind(
        _lt("Customer Folder"),
        "customer",
        "pdf",
        reports=_reports("folder"),
        gather="_get_folder_data",
        view=FolderView,
    ),
    "briefing": Kind(
        _lt("Internal Briefing"),
        "internal",
        "pdf",
        reports=_reports("briefing"),
        gather="_get_briefing_data",
        view=BriefingView,
    ),
    "powerpoint": Kind(_lt("PowerPoint"), "customer", "pptx", "_render_powerpoint"),
    "internal_powerpoint": Kind(_lt("Internal PowerPoint"), "internal", "pptx", "_render_powerpoint"),
    "workbook": Kind(_lt("Workbook"), "customer", "xlsx", "_render_workbook"),
    "internal_workbook": Kind(_lt("Internal Workbook"), "internal", "xlsx", "_render_workbook"),
    "review_minutes": Kind(
        _lt("Minutes"),
        "customer",
        "pdf",
        reports={REVIEW: "key_account_management.action_report_review_minutes"},
        gather="_get_minutes",
        view=SheetView,
    ),
    "review_checklist": Kind(
        _lt("Planning Checklist"),
        "internal",
        "pdf",
        reports={REVIEW: "key_account_management.action_report_review_checklist"},
        gather="_get_checklist",
        view=SheetView,
        is_kept=False,
    ),
    "review_checklist_empty": Kind(
        _lt("Blank Planning Checklist"),
        "internal",
        "pdf",
        reports={REVIEW: "key_account_management.action_report_review_checklist_empty"},
        gather="_get_empty_checklist",
        view=SheetView,
        is_kept=False,
    ),
    # Kept as the two that it consists of
    "presentation_and_folder": Kind(
        _lt("Presentation and Folder"), "customer", "zip", parts=("presentation", "folder"), is_kept=False
    ),
}


def _labels(shown: Callable[[Kind], object]) -> list[tuple[str, str]]:
    """For selection fields. In English: Odoo itself translates the labels of selections."""
    return [(code, kind.label._translate("en_US")) for code, kind in KINDS.items() if shown(kind)]


# For documents of several accounts at once, for those that are kept, and for those that are PDFs
LABELS = _labels(lambda kind: ACCOUNT in kind.models and not kind.parts)
KEPT_LABELS = _labels(lambda kind: kind.is_kept)
PDF_LABELS = _labels(lambda kind: kind.reports)
