from . import dates, documents, imports, portal, present
