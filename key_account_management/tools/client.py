"""Answers to the client."""

from typing import Any, Final

# In the context of links to accounts, in our own models: opens the account as the app shows it, not as a contact
ACCOUNT_PAGE: Final = {"key_account_page": True}


def notification(message: str, kind: str = "success", reload: bool = False) -> dict[str, Any]:
    """An action that shows a message in the corner of the screen.

    :param str message: in the user's language
    :param str kind: ``success``, ``info``, ``warning`` or ``danger``
    :param bool reload: whether the screen reloads its records afterwards
    """
    params: dict[str, Any] = {"type": kind, "message": message}
    if reload:
        params["next"] = {"type": "ir.actions.client", "tag": "soft_reload"}
    return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
