from . import controllers, documents, models, reports, wizard
from .hooks import pre_init_hook
