from . import controllers, documents, figures, models, reports
