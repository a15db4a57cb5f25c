"""The kinds of documents: one list for printing, for what is stored, and for making many."""

from dataclasses import dataclass

PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ZIP = "application/zip"


@dataclass(frozen=True)
class Kind:
    """``report``: the action's name without its model's, empty for what is no QWeb report."""

    audience: str
    content_type: str
    extension: str
    report: str = ""


KINDS = {
    "presentation": Kind("customer", PDF, "pdf", "action_report_presentation"),
    "folder": Kind("customer", PDF, "pdf", "action_report_folder"),
    "briefing": Kind("internal", PDF, "pdf", "action_report_briefing"),
    "powerpoint": Kind("customer", PPTX, "pptx"),
    "internal_powerpoint": Kind("internal", PPTX, "pptx"),
    "workbook": Kind("customer", XLSX, "xlsx"),
    "internal_workbook": Kind("internal", XLSX, "xlsx"),
    "review_minutes": Kind("customer", PDF, "pdf"),
    # Printed in one go, and kept as the two that it consists of
    "presentation_and_folder": Kind("customer", ZIP, "zip"),
}

# For selection fields: of documents that accounts have, too, and of all that is stored
LABELS = [
    ("presentation", "Review Presentation"),
    ("folder", "Customer Folder"),
    ("briefing", "Internal Briefing"),
    ("powerpoint", "PowerPoint"),
    ("internal_powerpoint", "Internal PowerPoint"),
    ("workbook", "Workbook"),
    ("internal_workbook", "Internal Workbook"),
]
STORED_LABELS = [*LABELS, ("review_minutes", "Minutes")]
