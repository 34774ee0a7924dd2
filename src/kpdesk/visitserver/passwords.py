"""Password hashes and opaque tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_BLOCK = 8
_PARALLEL = 1
MAX_PASSWORD_BYTES = 1024
MIN_PASSWORD_CHARACTERS = 10


def hash_password(password: str, *, cost: int) -> str:
    """``scrypt$N$r$p$salt$hash`` (RFC 7914); ``cost`` is N, a power of two."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, cost, _BLOCK, _PARALLEL)
    return f"scrypt${cost}${_BLOCK}${_PARALLEL}${_text(salt)}${_text(digest)}"


def verify_password(password: str, stored: str) -> bool:
    """Whether ``password`` gives ``stored``; compares in constant time."""
    try:
        _name, cost, block, parallel, salt, digest = stored.split("$")
        found = _scrypt(password, base64.b64decode(salt), int(cost), int(block), int(parallel))
        return hmac.compare_digest(found, base64.b64decode(digest))
    except ValueError:
        return False


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    # surrogates can come from a form that was not UTF-8
    secret = password.encode("utf-8", "surrogatepass")[:MAX_PASSWORD_BYTES]
    memory = 128 * cost * block * parallel + 1024 * 1024
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block, p=parallel, maxmem=memory, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def new_token(prefix: str = "") -> str:
    """256 random bits for a URL or a header."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: it is random, so one round of SHA-256 says nothing about it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """A password that can be read out on the phone: about 79 bits in four groups."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
