"""
Everything that can go wrong, as a tree that can be read aloud.

    IndieError                      500 server_error           never raised itself
    ├─ InvalidRequest               400 invalid_request
    │  ├─ SourceNotAllowed          400 source_not_allowed     Webmention: the source is no URL that we would fetch
    │  ├─ TargetNotSupported        400 target_not_supported   Webmention: the target takes no responses
    │  ├─ TwoTokens                 400 invalid_request        answered with an empty body
    │  ├─ InvalidGrant              400 invalid_grant          a code or refresh token that opens nothing
    │  ├─ InvalidScope              400 invalid_scope          more than was allowed, or nothing that opens anything
    │  ├─ UnsupportedGrantType      400 unsupported_grant_type
    │  ├─ UnsupportedResponseType   400 unsupported_response_type
    │  ├─ PreconditionFailed        412 invalid_request        somebody else changed it meanwhile
    │  ├─ BodyTooLarge              413 invalid_request
    │  └─ UnsupportedMediaType      415 invalid_request
    ├─ Unauthorized                 401 unauthorized           no token at all
    │  └─ InvalidToken              401 unauthorized           a token that is unknown, expired or revoked
    ├─ InsufficientScope            401 insufficient_scope     .scope  (Micropub §3.8; 403 elsewhere: IndieAuth §8.1)
    ├─ Forbidden                    403 forbidden
    ├─ SignInFirst                  401 unauthorized           a page of the owner's: answered with the sign-in page
    ├─ NotFound                     404 not_found
    ├─ Gone                         410 gone
    ├─ TooManyRequests              429 too_many_requests      .retry_after
    ├─ Unavailable                  503 temporarily_unavailable  database or bucket cannot be reached; .retry_after
    ├─ Misconfigured                one line for the operator, exit 1
    └─ FetchFailed                  only jobs see these        .again: is another try worth it?
       ├─ TimedOut, Unreachable     again = True
       ├─ ServerBusy                again = True              .retry_after
       └─ Blocked, TooLarge, TooManyRedirects, ParserGaveUp    again = False

Each leaf knows its HTTP status and its spec's error code; the message is a
sentence for a person and says what to do next.
"""


class IndieError(Exception):
    """The root. Never raised itself."""

    status = 500
    code = "server_error"


class InvalidRequest(IndieError):
    """What was sent cannot be understood or carried out."""

    status = 400
    code = "invalid_request"


class SourceNotAllowed(InvalidRequest):
    """The source of a webmention is no address that we would fetch (Webmention §3.2.1)."""

    code = "source_not_allowed"


class TargetNotSupported(InvalidRequest):
    """The target of a webmention is no page of ours that takes responses (Webmention §3.2.1)."""

    code = "target_not_supported"


class TwoTokens(InvalidRequest):
    """One request carries an access token in two places (RFC 6750 §2)."""


class InvalidGrant(InvalidRequest):
    """A code or refresh token that opens nothing, or not for this client (RFC 6749 §5.2)."""

    code = "invalid_grant"


class InvalidScope(InvalidRequest):
    """The scope is more than was allowed, or opens nothing where a token is asked for (RFC 6749 §5.2)."""

    code = "invalid_scope"


class UnsupportedGrantType(InvalidRequest):
    """There is no such way to get a token here (RFC 6749 §5.2)."""

    code = "unsupported_grant_type"


class UnsupportedResponseType(InvalidRequest):
    """Only a code is ever handed out at the authorization endpoint (RFC 6749 §4.1.2.1)."""

    code = "unsupported_response_type"


class PreconditionFailed(InvalidRequest):
    """What is to be changed is no longer what the client has seen (RFC 9110 §13.1.1, If-Match)."""

    status = 412


class BodyTooLarge(InvalidRequest):
    """The request is larger than we take."""

    status = 413


class UnsupportedMediaType(InvalidRequest):
    """The request, or a file in it, is of a kind that we do not read."""

    status = 415


class Unauthorized(IndieError):
    """There is no token in the request (Micropub §3.8)."""

    status = 401
    code = "unauthorized"


class InvalidToken(Unauthorized):
    """There is a token, and it opens nothing: unknown, expired or revoked (RFC 6750 §3.1)."""


class InsufficientScope(IndieError):
    """
    The token does not reach this far.

    scope: the scope that would have been enough.
    """

    status = 401
    code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        """Name the missing scope."""
        super().__init__(f"This token lacks the scope “{scope}”; ask for a token that has it.")
        self.scope = scope


class Forbidden(IndieError):
    """The request is understood and refused."""

    status = 403
    code = "forbidden"


class SignInFirst(IndieError):
    """
    The page is the owner's alone.

    confirm: he is signed in, and has to prove once more that it is he.
    """

    status = 401
    code = "unauthorized"

    def __init__(self, *, confirm: bool = False) -> None:
        """Tell a stranger from an owner who has been away from his desk."""
        super().__init__("Confirm that it is you." if confirm else "Sign in to see this page.")
        self.confirm = confirm


class NotFound(IndieError):
    """There is nothing at this address."""

    status = 404
    code = "not_found"


class Gone(IndieError):
    """There was something at this address; it was deleted."""

    status = 410
    code = "gone"


class TooManyRequests(IndieError):
    """
    Come back later.

    retry_after: seconds until the next try is welcome.
    """

    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int) -> None:
        """Say when to come back."""
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(IndieError):
    """
    What the site stands on cannot be reached, or has no time, for the moment.

    retry_after: seconds until the next try is welcome.
    """

    status = 503
    code = "temporarily_unavailable"
    retry_after = 5


class Misconfigured(IndieError):
    """The operator must mend something before the command can run; told in one line."""


class FetchFailed(IndieError):
    """
    A page of somebody else's could not be had.

    again: whether another try may succeed.
    """

    code = "fetch_failed"
    again = False


class TimedOut(FetchFailed):
    """The other server took longer than we wait."""

    code = "source_timeout"
    again = True


class Unreachable(FetchFailed):
    """No connection: name, network, TLS or protocol failed."""

    again = True


class ServerBusy(FetchFailed):
    """
    The other server answers, but not now: 408, 425, 429 or 5xx.

    retry_after: seconds that it asked us to wait, if it did.
    """

    code = "source_unavailable"
    again = True

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        """Say how long the other server wants to be left alone."""
        super().__init__(message)
        self.retry_after = retry_after


class Blocked(FetchFailed):
    """The address is one that we never connect to (spec: Webmention §4.3)."""

    code = "blocked"


class TooLarge(FetchFailed):
    """The body is larger than this purpose allows."""

    code = "source_too_large"


class TooManyRedirects(FetchFailed):
    """The page redirects in circles or too often."""

    code = "too_many_redirects"


class ParserGaveUp(FetchFailed):
    """The page could not be parsed within the parser's time and memory."""

    code = "unparsable"
