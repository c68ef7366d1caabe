"""What the routes that write a file take and give."""

from app.api.openapi.pieces import FILE, TEXT, Schema
from app.exports.files import EXPORTS

EXPORT_FORMAT: Schema = {
    "name": "format",
    "in": "query",
    "required": True,
    "schema": {"type": "string", "enum": list(EXPORTS)},
    "example": EXPORTS[0],
}
EXPORTED: Schema = {
    "200": {
        "description": "The file.",
        "content": {
            "application/octet-stream": {"schema": FILE},
            "text/x-python": {"schema": TEXT},
        },
    }
}
