"""A block of name and address as a paper prints it."""

import re
from typing import NamedTuple

from customers.company_key import company_key
from eqms.text_key import EmptyKey

ATTENTION = re.compile(r"\s*(attn|attention|c/o|dept|department|contact|phone|tel|fax|e-?mail)\b", re.IGNORECASE)


class AddressBlock(NamedTuple):
    """Name, the lines between name and city, city, state and postal code; parts not printed are empty."""

    name: str = ""
    address: str = ""  # lines, one under the other
    city: str = ""
    state: str = ""
    postal_code: str = ""

    def __bool__(self):
        return bool(self.name.strip())

    @property
    def street(self) -> str:
        """The line that holds the street: the first with a digit that addresses no person, else the first."""
        lines = [line for line in self.lines if not ATTENTION.match(line)]
        return next((line for line in lines if any(map(str.isdigit, line))), lines[0] if lines else "")

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.address.splitlines() if line.strip()]

    @property
    def place(self) -> str:
        """Everything below the name in one line."""
        town = " ".join(filter(None, [", ".join(filter(None, [self.city, self.state])), self.postal_code]))
        return ", ".join(filter(None, [*self.lines, town]))

    @property
    def key(self) -> str:
        """The company key of this block, "" where the name holds no letter and no digit."""
        try:
            return company_key(self.name, self.street, self.city, self.state, self.postal_code)
        except EmptyKey:
            return ""

    def as_customer(self) -> dict[str, str]:
        """Return the columns of a new customer named after this block; its company key equals ``key``."""
        rest = ", ".join(line for line in self.lines if line != self.street)
        return {
            "facility_name": self.name,
            "address1": self.street,
            "address2": rest,
            "city": self.city,
            "state": self.state,
            "postal_code": self.postal_code,
        }
