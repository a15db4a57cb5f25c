from . import controllers, demo, models, reports, wizard
