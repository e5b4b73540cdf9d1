"""The body of a request, as a client would send it."""

import json
from urllib.parse import urlencode

from recorder.story import Request

_BOUNDARY = "boundary-of-the-story"


def encoded_body(request: Request) -> tuple[bytes, str]:
    """The body's bytes, and the content type that goes with them."""
    if request.files:
        return _multipart(request), f"multipart/form-data; boundary={_BOUNDARY}"
    if request.form:
        return urlencode(request.form).encode(), "application/x-www-form-urlencoded"
    body = request.body if isinstance(request.body, str) else json.dumps(request.body)
    return body.encode(), "application/json"


def _multipart(request: Request) -> bytes:
    parts = [(f'name="{name}"', "", text) for name, text in request.form.items()]
    for file in request.files:
        what = f'name="{file.field}"; filename="{file.name}"'
        parts.append((what, f"Content-Type: {file.type}\r\n", file.text))
    lines = [
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {what}\r\n{kind}\r\n{text}\r\n"
        for what, kind, text in parts
    ]
    return f"{''.join(lines)}--{_BOUNDARY}--\r\n".encode()
