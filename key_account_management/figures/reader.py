"""For whom figures are computed."""

from typing import Final


class System:
    """No person: what is computed is kept, or shown by rules of its own, and must not depend on who triggered it."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()

# In the context, where parameters do not reach: computed fields and reports. A client could only send text there
READER: Final = "key_account_reader"
