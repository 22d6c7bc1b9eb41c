"""Fields that find customers by what people call them: an id, a customer number, or either with its kind before it."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError

from customers.models import Customer

LARGEST_KEY = 2**63 - 1
LISTED = 5
HOW = "id or customer number; id:12 or number:12 where both are known"


class CustomerField(forms.CharField):
    """One customer. Its value is the customer's id: who plans with it locks and reads the row itself."""

    def __init__(self, **options):
        options.setdefault("help_text", HOW)
        super().__init__(**{"max_length": 60, **options})

    def clean(self, value):
        text = super().clean(value)
        return customers_called([text])[0] if text else None


class SeveralNames(forms.TextInput):
    """One text with commas, or several inputs of one name."""

    allow_multiple_selected = True

    def format_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else super().format_value(value)


class CustomersField(forms.Field):
    """Several customers, at most ``most``. Its value is the list of their ids."""

    widget = SeveralNames
    hidden_widget = forms.MultipleHiddenInput

    def __init__(self, *, most: int, **options):
        options.setdefault("help_text", HOW)
        self.most = most
        super().__init__(**options)

    def clean(self, value):
        given = value if isinstance(value, list | tuple) else [value]
        texts = [part.strip() for text in given for part in str(text or "").split(",") if part.strip()]
        if not texts and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(texts) > self.most:
            raise ValidationError(f"{len(texts):,} customers are too many at once: name at most {self.most:,}.")
        return list(dict.fromkeys(customers_called(texts)))


def customers_called(texts: Iterable[str]) -> list[int]:
    """Return the ids of the customers that ``texts`` mean; ValidationError names those that mean none or two.

    Four queries, however many.
    """
    wanted = [text.strip() for text in texts]
    keys = sorted({key for text in wanted if (key := id_in(text)) is not None})
    ids = set(Customer.objects.filter(pk__among=keys).values_list("pk", flat=True))
    known = Customer.objects.known_as([number_in(text) for text in wanted], [])
    found, problems = [], []
    for text in wanted:
        by_id = key if (key := id_in(text)) in ids else None
        numbered = known.with_number(number_in(text))
        meant = {by_id, numbered and numbered.pk} - {None}
        if len(meant) == 1:
            found += meant
        elif meant:
            problems.append(f"{text} is one customer's id and another's number: write id:{text} or number:{text}.")
        else:
            problems.append(why_unknown(text))
    if problems:
        more = f" And {len(problems) - LISTED} more." if len(problems) > LISTED else ""
        raise ValidationError(" ".join(problems[:LISTED]) + more)
    return found


def id_in(text: str) -> int | None:
    """Return the id that ``text`` may be, None where it can be none."""
    digits = text.removeprefix("id:")
    fits = digits.isascii() and digits.isdigit() and len(digits) < 20
    return int(digits) if fits and int(digits) <= LARGEST_KEY else None


def number_in(text: str) -> str | None:
    """Return the customer number that ``text`` may be, None where it is said to be an id."""
    return None if text.startswith("id:") else text.removeprefix("number:")


def why_unknown(text: str) -> str:
    """Return why ``text`` means no customer: it was merged, or never known. At most one query."""
    key = id_in(text)
    if key is not None and (customer := Customer.objects.merged_into([key]).get(key)):
        return f"Customer {key} was merged into customer {customer.pk} ({customer}) already: name that one."
    return f"No customer has the id or number {text}."
