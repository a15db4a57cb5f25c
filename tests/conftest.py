import os
import shutil
from unittest import mock

import pytest

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name
from odoo.tools import config

from .checkout import Checkout


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts, so that nothing of the real environment is touched."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def filestore(load_registry, tmp_path_factory):
    """Each worker has files of its own.

    Workers of pytest-odoo share those of the database that theirs are copies of. But Odoo takes a file that another one
    is still writing for a different file, and what it clears away after each class of tests are the others' files too.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    shared = config.filestore(get_db_name())
    own = tmp_path_factory.mktemp("filestore") / "files"
    # Files never change after they were written
    shutil.copytree(shared, own, copy_function=link_or_copy)
    with mock.patch.object(config, "filestore", return_value=str(own)):
        yield


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


@pytest.fixture(scope="session", autouse=True)
def assets(request, filestore):
    """Scripts and styles are bundled once, not within the seconds that a browser test waits for its page."""
    if any(item.path.name.startswith("test_browser") for item in request.session.items):
        with Registry(get_db_name()).cursor() as cr:
            Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()


def pytest_collection_modifyitems(items):
    """Browser tests first: they take longest, and with two workers neither waits alone for the last of them."""
    items.sort(key=lambda item: not item.path.name.startswith("test_browser"))
