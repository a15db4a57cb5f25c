from . import controllers, demo, documents, models, reports, screens, wizard
