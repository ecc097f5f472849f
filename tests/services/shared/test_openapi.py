"""services.shared.openapi: what routes say of their problems is in the document."""

from fastapi import FastAPI

from services.shared.openapi import document_problems, problems


def test_a_route_may_name_any_status() -> None:
    """Also one that no route of ours has; an unusual one is described by the general problem of its class."""
    app = FastAPI()

    @app.get("/api/things", responses=problems(404, 412, 418))
    async def things() -> None: ...

    document_problems(app)
    document = app.openapi()
    answers = document["paths"]["/api/things"]["get"]["responses"]
    assert answers["412"] == {"$ref": "#/components/responses/PreconditionFailed"}
    assert answers["418"] == {"$ref": "#/components/responses/BadRequest"}
    described = document["components"]["responses"]
    shown = {
        name: answer["content"]["application/problem+json"]["example"]["status"]
        for name, answer in described.items()
    }
    assert shown == {
        "BadRequest": 400,
        "NotFound": 404,
        "PreconditionFailed": 412,
        "TooManyRequests": 429,
        "UnprocessableContent": 422,
        "ServiceUnavailable": 503,
    }
