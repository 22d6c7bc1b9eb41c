"""Does the paper add up? Quantity x price is the amount, amounts make the subtotal, and so on to the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from .paper import Field

_CENT = Decimal("0.01")


def problems_of_lines(lines: Sequence[Mapping[str, Field]]) -> list[str]:
    """Return a sentence for each line whose quantity x price is not its amount."""
    problems = []
    for number, line in enumerate(lines, start=1):
        if not {"quantity", "unit_price", "amount"} <= line.keys():
            continue
        count, price, amount = line["quantity"].value, _decimal(line["unit_price"]), _decimal(line["amount"])
        rounding = min(count * _CENT / 2, abs(amount) / 100)  # the price may be printed rounded to cents
        if abs(count * price - amount) > max(_CENT, rounding):
            page = line["amount"].page
            problems.append(f"Line {number} on page {page}: {count} x {price} is not {amount}.")
    return problems


def problems_of_totals(
    fields: Mapping[str, Field], lines: Sequence[Mapping[str, Field]], other: Sequence[str] = ()
) -> list[str]:
    """Return a sentence for each sum that does not hold; ``other`` are discounts and deposits printed among them."""
    problems = []
    subtotal, total = fields.get("subtotal"), fields.get("total")
    printed = subtotal or total
    if printed and lines and not all("amount" in line for line in lines):
        problems.append(f"Page {printed.page}: lines without an amount, so the printed sums cannot be checked.")
    amounts = [_decimal(line["amount"]) for line in lines if "amount" in line]
    reductions = [abs(Decimal(amount)) for amount in other]
    if subtotal and len(amounts) == len(lines) and not _agree(sum(amounts, Decimal()), _decimal(subtotal), reductions):
        problems.append(
            f"Page {subtotal.page}: the lines add up to {sum(amounts, Decimal())}, the subtotal says {subtotal.value}."
        )
    if total and (subtotal or (amounts and len(amounts) == len(lines))):
        parts = _decimal(subtotal) if subtotal else sum(amounts, Decimal())
        parts += sum((_decimal(fields[kind]) for kind in ("freight", "tax") if kind in fields), Decimal())
        if not _agree(parts, _decimal(total), reductions):
            problems.append(f"Page {total.page}: subtotal, freight and tax make {parts}, the total says {total.value}.")
    return problems


def _agree(computed: Decimal, printed: Decimal, reductions: Sequence[Decimal]) -> bool:
    difference = computed - printed
    return abs(difference) <= 2 * _CENT or any(abs(difference - part) <= 2 * _CENT for part in reductions if part)


def _decimal(field: Field) -> Decimal:
    return Decimal(field.value)
