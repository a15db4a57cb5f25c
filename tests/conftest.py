import pytest

from .checkout import Checkout


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts, so that nothing of the real environment is touched."""
    return Checkout(tmp_path)
