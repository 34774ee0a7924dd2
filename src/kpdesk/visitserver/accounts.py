"""Checks names and passwords, slowly for those who guess."""

from __future__ import annotations

from kpdesk.domain.people import Role
from kpdesk.visitserver.passwords import verify_password
from kpdesk.visitserver.people import Person, find_account
from kpdesk.visitserver.service import Service


def sign_in_wait_s(service: Service, peer: str, user_name: str) -> float:
    """Seconds that this address or this name has to wait; 0.0 when it may try now."""
    return service.sign_in_rate.take(peer) or service.name_rate.wait_s(user_name.casefold())


async def check_password(service: Service, user_name: str, password: str, role: Role) -> Person | None:
    """Who this is, or ``None``. A name that does not exist takes as long as one that does."""
    found = await service.db.run(find_account, user_name, role)
    stored = found[1] if found else service.no_account
    right = await service.on_password_thread(lambda: verify_password(password, stored))
    if found is None or not right:
        service.name_rate.take(user_name.casefold())
        return None
    service.name_rate.forget(user_name.casefold())
    return found[0]
