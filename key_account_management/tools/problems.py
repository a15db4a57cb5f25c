"""What jobs leave out."""

import logging

from odoo.exceptions import UserError


def log_problem(logger: logging.Logger, error: Exception, message: str, *values: object) -> None:
    """What a job left out: a trace is for errors in the program, not for what Odoo would tell a user.

    :param error: why; it is the last of the values in the message
    """
    if isinstance(error, UserError):
        logger.info(message, *values, error)
    else:
        logger.error(message, *values, error, exc_info=error)
