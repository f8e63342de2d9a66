"""
Discovery (1–12).

How apps find the server, from the owner's page.
"""

import re
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from tests.indieauth_suite import links
from tests.indieauth_suite.checking import ADVICE, CLIENTS, CannotTell, check, expect
from tests.indieauth_suite.player import JSON, LOOPBACK

ENDPOINTS = ("indieauth-metadata", "authorization_endpoint", "token_endpoint", "micropub", "microsub")
REQUIRED = ("issuer", "authorization_endpoint", "token_endpoint", "introspection_endpoint")
RECOMMENDED = (
    "introspection_endpoint_auth_methods_supported",
    "revocation_endpoint",
    "scopes_supported",
    "response_types_supported",
    "grant_types_supported",
    "userinfo_endpoint",
)


def of_rel(found, rel, place=""):
    """The links of one rel, in one place."""
    return [link for link in found if rel in link.rel.split() and place in ("", link.place)]


@check(1, "IA-D1", "The page names rel=indieauth-metadata in a Link header and in its markup")
def metadata_is_named(player):
    """IndieAuth §4.1: publish the location of the metadata, in a Link header or a link element; clients read both."""
    found = links.of(player.home)
    header, page = of_rel(found, "indieauth-metadata", "header"), of_rel(found, "indieauth-metadata", "page")
    expect(player.home.status == 200, f"{player.home.said}")
    expect(header, "no Link header has rel=indieauth-metadata")
    expect(page, "no <link> has rel=indieauth-metadata")
    urls = {urljoin(player.home.url, link.href) for link in (header[0], page[0])}
    expect(len(urls) == 1, f"header and markup name two places: {' and '.join(sorted(urls))}")


@check(2, "IA-D2", "HEAD has the same Link headers as GET", CLIENTS)
def head_is_like_get(player):
    """indieauth-client-php (Quill, Monocle, Aperture) sends HEAD first, and GET only if that names nothing."""
    head = player.wire.send("HEAD", player.home.url)
    expect(head.status == player.home.status, f"HEAD answers {head.status}, GET {player.home.status}")
    missing = {*links.in_headers(player.home.links)} - {*links.in_headers(head.links)}
    expect(not missing, f"HEAD leaves out {', '.join(sorted(link.rel for link in missing))}")


@check(3, "IA-D3", "The page names rel=authorization_endpoint and rel=token_endpoint, as the metadata does", CLIENTS)
def old_rels_are_named(player):
    """Indigenous and indieauth-client-php before 1.2 know nothing else."""
    found = links.of(player.home)
    for rel in ("authorization_endpoint", "token_endpoint"):
        for place in ("header", "page"):
            named = of_rel(found, rel, place)
            expect(named, f"no rel={rel} in the {place}")
            url = urljoin(player.home.url, named[0].href)
            expect(url == player.metadata.get(rel), f"rel={rel} is {url}, the metadata say {player.metadata.get(rel)}")


@check(4, "IA-D4", "Each link of an endpoint has one rel", CLIENTS)
def one_rel_a_link(player):
    """Micropublish and Indigenous compare the whole attribute: `rel="a b"` is invisible to them."""
    several = [link.rel for link in links.of(player.home) if {*link.rel.split()} & {*ENDPOINTS} and " " in link.rel]
    expect(not several, f'rel="{"” and “".join(several)}"')


@check(5, "IA-D5", "Link headers have the shape that every client can read", CLIENTS)
def link_headers_are_plain(player):
    """`<abs-url>; rel="x"`: rel first, no comma or semicolon in the URL, each rel of an endpoint once (Indigenous)."""
    found = links.in_headers(player.home.links)
    expect(found, "there is no Link header")
    bare = [value for value in player.home.links if re.search(r">\s*(,|$)", value)]
    expect(not bare, f"a link without parameters: {bare}")
    for link in found:
        expect(link.first == "rel", f"the first parameter of <{link.href}> is {link.first or 'missing'}, not rel")
        expect(not {",", ";"} & {*link.href}, f"<{link.href}> has a comma or a semicolon")
    for rel in ENDPOINTS:
        named = of_rel(found, rel)
        expect(len(named) <= 1, f"rel={rel} is there {len(named)} times")
        expect(all(urlsplit(link.href).scheme for link in named), f"rel={rel} is not absolute")


@check(6, "IA-D6", "authorization_endpoint and microsub have no query", CLIENTS)
def endpoints_have_no_query(player):
    """Indigenous puts a question mark and its parameters behind them, whatever is there."""
    for rel in ("authorization_endpoint", "microsub"):
        for link in of_rel(links.of(player.home), rel):
            expect("?" not in link.href, f"rel={rel} is {link.href}")


@check(7, "IA-D7", "Where there is Micropub, it is named by rel and in the metadata", CLIENTS)
def micropub_is_named(player):
    """Micropublish and Indigenous need it to sign in; micropublish also looks into the metadata."""
    rel = links.first(player.home, "micropub")
    member = player.metadata.get("micropub") or player.metadata.get("micropub_endpoint")
    if not rel and not member:
        raise CannotTell("the site names no Micropub endpoint")
    expect(rel, "the page has no rel=micropub")
    expect(member, "the metadata have no micropub")
    expect(rel == urljoin(player.metadata_url, member), f"rel=micropub is {rel}, the metadata say {member}")


@check(8, "IA-D8", "The metadata are JSON, with the members that IndieAuth requires")
def metadata_are_whole(player):
    """IndieAuth §4.1.1: issuer, three endpoints, code_challenge_methods_supported with S256."""
    answer = player.wire.send("GET", player.metadata_url, headers=JSON)
    expect(answer.status == 200, answer.said)
    expect(answer.media_type == "application/json", f"Content-Type is {answer.media_type}")
    for name in REQUIRED:
        value = answer.json.get(name)
        expect(isinstance(value, str), f"{name} is missing")
        expect(urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc, f"{name} is {value}")
    methods = answer.json.get("code_challenge_methods_supported")
    expect(isinstance(methods, list) and "S256" in methods, f"code_challenge_methods_supported is {methods}")
    expect("plain" not in methods, "code_challenge_methods_supported has plain")


@check(8, "IA-D8", "The metadata name everything else, and may be read by scripts", ADVICE)
def metadata_are_generous(player):
    """IndieAuth §4.1.1's optional members; CORS for apps in a browser; an ETag for those that ask again."""
    answer = player.wire.send("GET", player.metadata_url, headers=JSON)
    missing = [name for name in RECOMMENDED if name not in answer.json]
    expect(not missing, f"{', '.join(missing)} missing")
    expect(answer.json.get("response_types_supported") == ["code"], "response_types_supported is not code alone")
    expect("authorization_code" in answer.json["grant_types_supported"], "grant_types_supported lacks authorization_code")
    methods = answer.json.get("revocation_endpoint_auth_methods_supported")
    expect(methods == ["none"], f"revocation_endpoint_auth_methods_supported is {methods}, not none")
    expect(answer.headers.get("Access-Control-Allow-Origin") == "*", "no Access-Control-Allow-Origin: *")
    expect(answer.headers.get("ETag"), "no ETag")


@check(8, "IA-D8", "The metadata say that answers name their issuer")
def metadata_tell_of_iss(player):
    """RFC 9207 §3: authorization_response_iss_parameter_supported, without which clients do not look."""
    told = player.metadata.get("authorization_response_iss_parameter_supported")
    expect(told is True, f"authorization_response_iss_parameter_supported is {told}")


@check(9, "IA-D9", "issuer is https, has no query or fragment, and the metadata lie under it")
def issuer_is_a_prefix(player):
    """IndieAuth §4.1.1; the form of RFC 8414 §3.1, `/.well-known/…` between host and path, is also taken."""
    issuer = str(player.metadata.get("issuer", ""))
    parts, where = urlsplit(issuer), urlsplit(player.metadata_url)
    expect(parts.scheme == "https" or parts.hostname in LOOPBACK, f"issuer is {issuer}, not https")
    expect("?" not in issuer and "#" not in issuer, f"issuer is {issuer}")
    between = f"/.well-known/oauth-authorization-server{parts.path.rstrip('/')}"
    same = (parts.scheme, parts.netloc) == (where.scheme, where.netloc)
    under = player.metadata_url.startswith(issuer) or (same and where.path.rstrip("/") == between)
    expect(under, f"{player.metadata_url} does not lie under {issuer}")


@check(10, "IA-D10", "There is no /.well-known/openid-configuration", CLIENTS)
def no_openid_configuration(player):
    """It is another protocol's; clients that find one ask for tokens that IndieAuth does not have."""
    answer = player.wire.send("GET", urljoin(player.home.url, "/.well-known/openid-configuration"), headers=JSON)
    told = answer.status == 200 and answer.media_type == "application/json"
    expect(not told, f"{answer.url} answers with JSON")


def is_profile_url(url):
    """What is wrong with a profile URL (IndieAuth §3.2), in words; "" for nothing."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "it is not http or https"
    if not parts.path:
        return "it has no path"
    if {".", ".."} & {*parts.path.split("/")}:
        return "its path has dots"
    if "#" in url or parts.username is not None:
        return "it has a fragment or a user name"
    if parts.hostname in LOOPBACK:
        # Deviation: a server on the machine of whoever develops it has no domain, and often a port.
        return ""
    if parts.port is not None:
        return "it has a port"
    try:
        return f"its host is the address {ip_address(parts.hostname)}"
    except ValueError:
        return ""


@check(11, "IA-D11", "The owner's URL is one that IndieAuth allows")
def profile_url_is_well_formed(player):
    """IndieAuth §3.2: http(s), a path, no dot segments, fragment, user name or port; a domain."""
    wrong = is_profile_url(player.home.url)
    expect(not wrong, f"{player.home.url}: {wrong}")


@check(11, "IA-D11", "me is one URL, the same to the letter in every answer")
def me_is_always_the_same(player):
    """IndieAuth §3.4: apps take `me` for the user; two spellings are two users."""
    granted = player.granted("create")
    profile_attempt = player.attempt(scope=None)
    told = {
        "token": granted.said.get("me"),
        "profile": player.redeem(
            profile_attempt, player.approve(profile_attempt), "authorization_endpoint"
        ).json.get("me"),
    }
    verified = player.get("token_endpoint", granted.token)
    told |= {"verification": verified.json.get("me")} if verified.status == 200 else {}
    expect(all(told.values()) and len({*told.values()}) == 1, f"me is {told}")
    wrong = is_profile_url(told["token"])
    expect(not wrong, f"me is {told['token']}: {wrong}")


@check(12, "IA-D12", "The page at me names the same authorization endpoint")
def me_confirms_the_server(player):
    """IndieAuth §5.4: an app whose user typed another URL looks there who may speak for it."""
    me = player.granted("create").said.get("me", "")
    page = player.wire.send("GET", me)
    expect(page.status == 200, f"{page.said}: it should be there itself, without a redirect")
    named = links.first(page, "indieauth-metadata")
    expect(named == player.metadata_url, f"{me} names {named}, {player.url} names {player.metadata_url}")
    endpoint = links.first(page, "authorization_endpoint")
    expect(endpoint in (None, player.metadata["authorization_endpoint"]), f"{me} names {endpoint}")
