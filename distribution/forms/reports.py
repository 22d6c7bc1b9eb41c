"""What people ask a tracing report for, and how they approve it."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from distribution.models import Distribution, TracingReport
from distribution.reports import Asked
from distribution.tracing.customer import customers_called
from distribution.tracing.search import lots_called
from eqms.signatures import SigningForm
from inventory.models import Product

MONTH = re.compile(r"(\d{4})-(\d{1,2})")
LARGEST_MAIL = 25 * 1024 * 1024  # bytes: what mail servers let pass


class ReportForm(forms.Form):
    month = forms.CharField(
        max_length=10, widget=forms.TextInput(attrs={"type": "month", "pattern": "[0-9]{4}-[0-9]{1,2}"})
    )
    customer = forms.CharField(required=False, max_length=200, help_text="number, id or a former one")
    product = forms.CharField(required=False, max_length=60, help_text="SKU or another code")
    lot = forms.CharField(required=False, max_length=60, help_text="its number, also as it was mistyped")
    source = forms.ChoiceField(required=False, choices=[("", "all"), *Distribution.Source.choices])
    state = forms.ChoiceField(
        required=False, label="Order", choices=[("", "matched and waiting"), *TracingReport.State.choices]
    )

    def clean_month(self) -> date:
        written = self.cleaned_data["month"].strip()
        found = MONTH.fullmatch(written)
        if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= 9998:
            raise forms.ValidationError(f"“{written}” is no month. Write it like 2026-01.")
        month = date(int(found[1]), int(found[2]), 1)
        if month > timezone.localdate():
            raise forms.ValidationError("This month has not begun: nothing left the house in it.")
        return month

    def clean_customer(self):
        text = self.cleaned_data["customer"].strip()
        if not text:
            return None
        found = customers_called(text)
        if len(found) != 1:
            raise forms.ValidationError(
                f"No customer is known by “{text}”. Write a customer number or an id."
                if not found
                else f"“{text}” means several customers. Write the id of one."
            )
        return found[0]

    def clean_product(self) -> Product | None:
        text = self.cleaned_data["product"].strip()
        if not text:
            return None
        known = Product.objects.known_as([text])
        if not known:
            raise forms.ValidationError(f"No product is known by “{text}”.")
        return next(iter(known.values()))

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if (text := cleaned.get("lot", "").strip()) and "product" in cleaned:
            product = cleaned["product"]
            found = lots_called(text, [product] if product else None)
            if len(found) == 1:
                cleaned["match"] = found[0]
            elif found:
                skus = ", ".join(match.product.sku for match in found)
                self.add_error("product", f"Lot {text} is the number of several lots: name the product ({skus}).")
            else:
                self.add_error("lot", f"No lot and no shipment is known by the number {text}.")
        return cleaned

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        said, match = self.cleaned_data, self.cleaned_data.get("match")
        values: dict[str, Any] = {name: said[name] for name in ("month", "source", "state")}
        if customer := said["customer"]:
            values |= {"customer_key": customer.pk, "customer_name": customer.facility_name}
        if match:
            values |= {"product_id": match.product.pk, "lot_number": match.number}
            values |= {"lot_id": match.lot.pk if match.lot else None}
        elif said["product"]:
            values["product_id"] = said["product"].pk
        return Asked(**values)


class NoteForm(forms.Form):
    """Why the report is made: with the answers of ReportForm, so that a POST says all of it."""

    note = forms.CharField(required=False, max_length=500, label="What it is for")


class ApproveForm(SigningForm):
    reason = forms.CharField(required=False, max_length=500, label="Note", help_text="stands beside your approval")


class MailForm(forms.Form):
    file = forms.FileField(
        label="E-mail (.eml)",
        allow_empty_file=True,  # explained like any other
        help_text="Save the e-mail as .eml in your mail program. It is kept whole; its headers are shown here.",
        error_messages={"required": "Choose the e-mail."},
        widget=forms.FileInput(attrs={"accept": ".eml,message/rfc822"}),
    )
    note = forms.CharField(required=False, max_length=500)


class DiscardForm(forms.Form):
    reason = forms.CharField(max_length=500, label="Why the draft is discarded")
