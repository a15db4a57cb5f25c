"""The slides of a presentation as plain objects, which the PDF, the screen and PowerPoint draw."""
