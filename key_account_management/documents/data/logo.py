"""A company's logo as documents show it: small enough to print quickly, and nothing at all if it is damaged."""

import base64
import binascii
import io
from functools import lru_cache
from typing import Literal

from PIL import Image

from odoo.tools.image import image_data_uri

# Dots: enough for the largest logo on paper
SIZE = (1000, 500)


@lru_cache(maxsize=4)
def logo_data_uri(logo: bytes | Literal[False]) -> str:
    """Cached for a few companies: compressing a large logo takes longer than reading everything about an account.

    :param logo: base64, or False
    :return: data URI; empty without a logo, and for one that is not an image
    """
    try:
        source = base64.b64decode(logo or b"")
        if not source or source.lstrip().startswith(b"<"):
            # SVG has no dots
            return image_data_uri(logo) if source else ""
        image = Image.open(io.BytesIO(source))
        image.thumbnail(SIZE)
        # The one format that the old browser in wkhtmltopdf shows in any case
        png = io.BytesIO()
        image.convert("RGBA").save(png, "PNG")
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError):
        return ""
    return image_data_uri(base64.b64encode(png.getvalue()))
