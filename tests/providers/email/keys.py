"""Public keys as they stand in DNS."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Public = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


def rsa_key(bits: int = 2048) -> str:
    return _der(rsa.generate_private_key(65537, bits).public_key())


def curve_key() -> str:
    return _der(ec.generate_private_key(ec.SECP256R1()).public_key())


def ed25519_key() -> str:
    raw = ed25519.Ed25519PrivateKey.generate().public_key()
    return base64.b64encode(raw.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _der(public: Public) -> str:
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


KEY = rsa_key()
