from . import controllers, demo, documents, models, reports, wizard
