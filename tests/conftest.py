import fcntl

import pytest

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from .checkout import Checkout


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts, so that nothing of the real environment is touched."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def assets(request, tmp_path_factory):
    """Scripts and styles are bundled once, not within the seconds that a browser test waits for its page.

    One worker after the other: Odoo takes a file that another one is still writing for a different file.
    """
    if not any(item.path.name.startswith("test_browser") for item in request.session.items):
        return
    with open(tmp_path_factory.getbasetemp().parent / "assets.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with Registry(get_db_name()).cursor() as cr:
            Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()


def pytest_collection_modifyitems(items):
    """Browser tests first: they take longest, and with two workers neither waits alone for the last of them."""
    items.sort(key=lambda item: not item.path.name.startswith("test_browser"))
