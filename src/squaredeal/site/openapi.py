"""The OpenAPI document: every operation says what any of them may answer."""
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

WHY = {400: "It cannot be read", 401: "No token, or none that holds", 422: "Refused: what, why, what to do", 429: "Too many at once"}
"""What every operation may answer besides its own."""
REFUSED = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}


class Document(OpenAPISchema):
    def operation_details(self, operation):
        found = super().operation_details(operation)
        for status, why in WHY.items():
            found["responses"].setdefault(status, {"description": why, "content": {"application/json": {"schema": REFUSED}}})
        return found


class Documented(NinjaAPI):
    """An API that is described by `Document`."""

    def get_openapi_schema(self, *, path_prefix=None, path_params=None):
        return Document(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)
