"""What scripts of other people's pages may do with an endpoint: anything, since a token opens it and never a cookie."""

from flask import Response

A_DAY = 86_400


def preflight(methods: str, headers: str) -> Response:
    """
    The answer to what a browser asks before it sends a request (Fetch §3.2.2); nobody needs a token for it.

    methods, headers: what scripts may use, separated by commas.
    """
    answer = Response(status=204)
    answer.headers.update(
        {
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": headers,
            "Access-Control-Max-Age": str(A_DAY),
        }
    )
    return answer


def share(answer: Response, exposed: str) -> None:
    """Let any page's script read the answer, and these of its headers."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Access-Control-Expose-Headers"] = exposed
