"""A device with passkeys, in software, and the browser in front of it: what WebAuthn's two calls would hand over."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data):
    return urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text):
    return urlsafe_b64decode(text + "===")


class Authenticator:
    """
    One key pair, made when it registers (WebAuthn §6).

    origin: what the browser says that the page is. count: signatures so far; None for a device that counts none.
    flags: what it did with the owner.
    """

    def __init__(self, origin="http://localhost:5000", count=0):
        self.origin, self.count, self.flags = origin, count, PRESENT | VERIFIED
        self.key, self.id, self.user = generate_private_key(SECP256R1()), secrets.token_bytes(16), b""

    def create(self, options, **client_data):
        """The answer to navigator.credentials.create; options: JSON text."""
        options = json.loads(options)
        self.user = unb64(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        data = self._data(options["rp"]["id"], self.flags | ATTESTED) + attested
        said = self._client_data("webauthn.create", options, client_data)
        response = {
            "clientDataJSON": b64(said),
            "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal", "carrier pigeon"],
        }
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}

    def get(self, options, **client_data):
        """The answer to navigator.credentials.get; options: JSON text."""
        options = json.loads(options)
        if self.count is not None:
            self.count += 1
        data = self._data(options["rpId"], self.flags)
        said = self._client_data("webauthn.get", options, client_data)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": b64(said),
            "authenticatorData": b64(data),
            "signature": b64(signature),
            "userHandle": b64(self.user),
        }
        return {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}

    def _data(self, rp_id, flags):
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + (self.count or 0).to_bytes(4, "big")

    def _client_data(self, kind, options, instead):
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told | instead).encode()
