from . import documents, workbook
