from . import dates, portal, present, workbook
