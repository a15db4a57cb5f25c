import mimetypes

from odoo.http import content_disposition, request


def make_download(name, content):
    """:return: the response by which the browser saves a file"""
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return request.make_response(
        content, [("Content-Type", content_type), ("Content-Disposition", content_disposition(name))]
    )
