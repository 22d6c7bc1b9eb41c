"""May shipments wait for their orders? A setting that ``match_distributions --enforce`` ends."""

from eqms.models import Policy

MAY_WAIT = "distributions_may_wait"
YES, NO = "yes", "no"


def waiting_policy() -> Policy | None:
    """Return the row of the setting, None while nobody ever changed it. One query."""
    return Policy.objects.filter(name=MAY_WAIT).first()


def may_wait() -> bool:
    """True while shipments whose order is not here yet are taken in. One query."""
    policy = waiting_policy()
    return policy is None or policy.value != NO
