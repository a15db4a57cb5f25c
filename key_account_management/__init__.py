from . import controllers, demo, documents, figures, models, reports, wizard
