from . import controllers, models, reports, wizard
from .hooks import pre_init_hook, uninstall_hook
