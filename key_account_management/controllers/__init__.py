from . import dates, documents, portal, present
