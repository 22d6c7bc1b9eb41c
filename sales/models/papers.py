"""What each part of an uploaded document is, and what became of it."""

import json
from functools import partial

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from customers.models import Customer
from eqms.columns import canonical
from eqms.models import Reading, SourceDocument, Traced
from eqms.operations import Plan, Refused, act
from eqms.pdf.kinds import no_document
from eqms.text_key import KEY_LENGTH
from sales.order_number_key import order_number_key_or_empty
from sales.places import PagePicture, Places, pictures, places_of
from sales.printed_order import PrintedOrder, printed_order

from .orders import SalesOrder


class SegmentQuerySet(models.QuerySet):
    def waiting_for_a_person(self):
        """Papers that nothing but a person can take further."""
        return self.filter(status__in=DocumentSegment.WAITING)


class DocumentSegment(Traced):
    """One recognised paper: some pages of a document, or a part of a page.

    Every page belongs to a segment; a file without readable pages has one segment without pages.
    """

    class Kind(models.TextChoices):
        SALES_ORDER = "sales_order", "Sales order"
        PACKING_SLIP = "packing_slip", "Packing slip"
        SHIPPING_LABEL = "shipping_label", "Shipping label"
        UNKNOWN = "unknown"

    class Status(models.TextChoices):
        READ = "read"
        NEEDS_REVIEW = "needs_review", "Needs review"
        IMPORTED = "imported"
        DUPLICATE = "duplicate"
        UNMATCHED = "unmatched"
        UNREADABLE = "unreadable"
        ATTACHED = "attached"
        SET_ASIDE = "set_aside", "Set aside"

    WAITING = (Status.NEEDS_REVIEW, Status.UNMATCHED, Status.UNREADABLE)

    document = models.ForeignKey(SourceDocument, models.PROTECT, related_name="segments", db_index=False)
    reading = models.ForeignKey(Reading, models.PROTECT, null=True, blank=True, related_name="segments")
    position = models.PositiveIntegerField(help_text="order within the document")
    first_page = models.PositiveIntegerField(null=True, blank=True)
    last_page = models.PositiveIntegerField(null=True, blank=True)
    box = models.CharField(max_length=100, blank=True, help_text="place on the page: [x0, top, x1, bottom] as JSON")
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.UNKNOWN)
    status = models.CharField(max_length=12, choices=Status, default=Status.READ)
    problem = models.TextField(blank=True, help_text="in words")
    order = models.ForeignKey(SalesOrder, models.PROTECT, null=True, blank=True, related_name="papers")
    order_number = models.CharField("order number as read", max_length=60, blank=True)
    order_number_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    fields = models.TextField(default="{}", blank=True, help_text="what was read, with page, box and doubt, as JSON")
    corrections = models.TextField(default="{}", blank=True, help_text="what a person entered, as JSON")
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="corrected_papers"
    )
    corrected_at = models.DateTimeField(null=True, blank=True)

    derived = {"order_number_key": lambda paper: order_number_key_or_empty(paper.order_number)}
    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = "paper"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "position"],
                name="segment_position",
                violation_error_message="The document has a paper at this position already.",
            ),
            models.CheckConstraint(
                condition=Q(first_page__isnull=True, last_page__isnull=True)
                | Q(first_page__gte=1, last_page__gte=F("first_page")),
                name="segment_pages",
                violation_error_message="A paper runs from a first to a last page, or has no pages at all.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["imported", "attached"])
                | Q(order__isnull=False)
                | (Q(status="attached") & ~Q(kind="sales_order")),
                name="segment_order",
                violation_error_message="An imported order and an attached sales order name their order.",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="segment_status"),
            models.Index(fields=["order_number_key"], name="segment_order_number"),
        ]

    def __str__(self):
        """The file and pages where the document is loaded: a list that wants them loads it, and no row asks alone."""
        if document := self._state.fields_cache.get("document"):
            return ", ".join(filter(None, [document.filename, self.pages]))
        return f"paper {self.pk}" if self.pk else f"paper {self.position}"

    @property
    def pages(self) -> str:
        """The pages in words: "", "page 3" or "pages 3-5"."""
        if self.first_page is None:
            return ""
        return (
            f"page {self.first_page}"
            if self.first_page == self.last_page
            else f"pages {self.first_page}-{self.last_page}"
        )

    @property
    def no_document(self) -> str:
        """Why this can be attached to nothing, "" where it can. One query where the document is not loaded."""
        return no_document(self.document.content_type)

    @property
    def printed(self) -> PrintedOrder:
        """The order that this paper shows, with what a person corrected on top."""
        return printed_order(self.read, json.loads(self.corrections))

    @property
    def chosen(self) -> int | None:
        """The id of the customer whom a person chose for this paper."""
        return json.loads(self.corrections).get("customer")

    @property
    def read(self) -> dict:
        """What the reader saw: fields and lines, each with its value, page, box and doubt."""
        return json.loads(self.fields)

    @property
    def places(self) -> Places:
        """Where on the paper each figure stands."""
        return places_of(self.read)

    @property
    def pictures(self) -> list[PagePicture]:
        """The pages of this paper with their places. One query where the reading is not loaded."""
        pages = json.loads(self.reading.content).get("pages", []) if self.reading else []
        return self.places.on(pictures(pages, self.first_page, self.last_page))

    # -- what a person decides -----------------------------------------------------------------------

    @property
    def version(self) -> str:
        """What tells one completion of this paper from the next; empty while nobody completed it."""
        return self.corrected_at.isoformat() if self.corrected_at else ""

    def correct(self, corrections: dict, *, by, seen: str | None = None):
        """Keep what a person entered beside the page; with nothing missing the paper is ready for import."""
        return act("correct paper", partial(self._plan_correction, corrections, by, seen), by=by)

    def choose_customer(self, customer: Customer | None, *, by):
        """Say whose order this is, or (None) that number, name and address are to tell again."""
        return act("choose customer", partial(self._plan_choice, customer, by), by=by)

    @property
    def standing(self) -> str:
        """How this paper stands, where it lies, which number it shows: what a person has seen who is sure about it."""
        return f"{self.status}:{self.order_id or ''}:{self.order_number_key}"

    def assign(self, order: SalesOrder, *, by, sure: str = ""):
        """Attach the paper to an order that exists; it changes nothing on that order.

        A paper that lies with another order, or shows another number, is refused unless the person is ``sure`` of
        its ``standing`` as it is now, not of one that somebody changed meanwhile.
        """
        return act("assign paper", partial(self._plan_assignment, order, sure), by=by)

    def set_aside(self, *, by, reason: str):
        """Say that nothing is to be done with this paper, and why. It is kept."""
        columns = {"status": self.Status.SET_ASIDE, "problem": reason}
        return act("set paper aside", partial(self._plan_decision, columns, reason), by=by, reason=reason)

    def _plan_correction(self, corrections: dict, by, seen: str | None, plan: Plan) -> None:
        paper = self._undecided(plan)
        if seen not in (None, paper.version) and canonical(corrections) != paper.corrections:
            raise Refused(
                f"Meanwhile {paper.corrected_by} completed this paper. What you typed is below, and nothing was saved: "
                "open the paper in another window to compare, or save again to replace what stands there."
            )
        if paper.chosen:
            corrections = {**corrections, "customer": paper.chosen}
        self._plan_complete(plan, paper, corrections, by, because="completed beside the page")

    def _plan_choice(self, customer: Customer | None, by, plan: Plan) -> None:
        paper = self._undecided(plan)
        corrections = {name: value for name, value in json.loads(paper.corrections).items() if name != "customer"}
        if customer is not None:
            corrections["customer"] = plan.watch(customer).pk
        because = f"a person says that it is {customer}'s" if customer else "nobody is chosen any more"
        self._plan_complete(plan, paper, corrections, by, because=because)

    def _plan_complete(self, plan: Plan, paper: "DocumentSegment", corrections: dict, by, *, because: str) -> None:
        order = printed_order(paper.read, corrections)
        plan.update(
            paper,
            kind=self.Kind.SALES_ORDER,
            status=self.Status.NEEDS_REVIEW if order.problems else self.Status.READ,
            problem=" ".join(order.problems),
            order_number=order.number,
            corrections=canonical(corrections),
            corrected_by=by,
            corrected_at=plan.now,
            because=because,
        )

    def _plan_assignment(self, order: SalesOrder, sure: str, plan: Plan) -> None:
        paper = self._undecided(plan)
        if paper.no_document:
            raise Refused(paper.no_document)
        if paper.status == self.Status.ATTACHED and paper.order_id == order.pk:
            return  # the button was pressed twice
        if sure and sure != paper.standing:
            raise Refused("Somebody changed this paper since you looked at it. Look at it again.")
        if paper.order_id not in (None, order.pk) and not sure:
            raise Refused(
                f"The paper lies with order {paper.order}. "
                f"Say that you are sure, and it is taken from there and attached to order {order}."
            )
        if paper.order_number_key not in ("", order.order_number_key) and not sure:
            raise Refused(
                f"The paper shows order number {paper.order_number}, not {order.order_number}. "
                f"Say that you are sure, and it is attached to order {order} all the same."
            )
        because = f"belongs to order {order}"
        plan.update(paper, status=self.Status.ATTACHED, order=order, problem="", because=because)

    def _plan_decision(self, columns: dict, because: str, plan: Plan) -> None:
        plan.update(self._undecided(plan), because=because, **columns)

    def _undecided(self, plan: Plan) -> "DocumentSegment":
        paper = plan.watch(self)
        if paper.status == self.Status.IMPORTED:
            raise Refused(f"This paper became order {paper.order}. Undo that import first.")
        return paper
