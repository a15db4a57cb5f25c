import pytest

from .checkout import Checkout


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts, so that nothing of the real environment is touched."""
    return Checkout(tmp_path)


def pytest_collection_modifyitems(items):
    """Browser tests first: they take longest, and with two workers nobody waits for the last of them alone."""
    items.sort(key=lambda item: not item.path.name.startswith("test_browser"))
