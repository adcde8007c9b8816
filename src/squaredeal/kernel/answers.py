"""What a door of the API answers when it does not do what was asked."""
from ninja import Schema


class Refusal(Schema):
    """What, why and what to do, in the words of the person; the clause it follows from, where there is one."""
    detail: str
    clause: str | None = None


PROBLEMS = {401: Refusal, 404: Refusal, 422: Refusal}
