"""The review of duplicates: which pair comes, what the page says of it, what a person decides."""

from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from customers.models import Customer, CustomerAlias, CustomerRep, DuplicateCandidate, NotDuplicate
from customers.review import Progress, Queue, confidence_in_words
from customers.side_by_side import compared, hanging_on, marked, with_counts
from eqms import roles
from eqms.models import AuditEntry, Job, User

from .alike import SAME_PLACE, alike

REVIEW = "/admin/customers/duplicates/"


def decide(client, pair, decision, query="", **more):
    sent = {"pair": f"{pair.first_id}-{pair.second_id}", "decision": decision, **more}
    return client.post(f"{REVIEW}decide{query}", sent, follow=True)


def text(answer):
    return unescape(answer.content.decode())


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def on_page(answer):
    """Return which candidate the page shows, None where it shows none."""
    pair = answer.context["pair"]
    return pair and pair.evidence


@pytest.fixture
def three(demo):
    """Three pairs, the strongest first."""
    couples = [alike(nth) for nth in range(3)]
    return [demo.candidate(*couple, confidence=0.99 - nth / 10) for nth, couple in enumerate(couples)]


def as_role(client, role):
    roles.seed()
    person = User.objects.create_user(f"a {role}", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    return person


# -- which pair comes --------------------------------------------------------------------------------


def test_the_strongest_pair_comes_first(three, as_ada):
    assert on_page(as_ada.get(REVIEW)) == three[0]


def test_what_is_decided_does_not_come_again(three, demo):
    first, second, third = three
    NotDuplicate.objects.create(first_id=first.second_id, second_id=first.first_id)
    Customer.objects.filter(pk=second.first_id).delete()
    assert list(DuplicateCandidate.objects.open()) == [third]
    Customer.objects.filter(pk=third.second_id).update(archived_at=timezone.now())
    assert Queue().next() is None


def test_progress_counts_what_is_decided(three):
    NotDuplicate.objects.create(first_id=three[0].first_id, second_id=three[0].second_id)
    assert Queue().progress(Queue().tally()) == Progress(1, 3)


def test_filters_by_band_state_and_rep(three, demo, as_ada):
    DuplicateCandidate.objects.filter(pk=three[1].pk).update(band="automatic")
    Customer.objects.filter(pk=three[2].second_id).update(state="OH")
    Customer.objects.filter(pk=three[1].first_id).update(primary_rep=demo.rep)
    assert on_page(as_ada.get(REVIEW, {"band": "automatic"})) == three[1]
    assert on_page(as_ada.get(REVIEW, {"state": "OH"})) == three[2]
    assert on_page(as_ada.get(REVIEW, {"rep": demo.rep.pk})) == three[1]
    assert as_ada.get(REVIEW, {"rep": demo.rep.pk}).context["progress"] == Progress(0, 1)
    assert "No pair was found under these filters." in text(as_ada.get(REVIEW, {"state": "OH", "band": "automatic"}))


def test_a_rep_is_found_by_the_further_customers_too(three, demo):
    CustomerRep.objects.create(customer_id=three[2].first_id, rep=demo.rep)
    assert Queue({"rep": demo.rep}).next() == three[2]


def test_bands_say_how_many_pairs_are_open(three, as_ada):
    NotDuplicate.objects.create(first_id=three[0].first_id, second_id=three[0].second_id)
    page = text(as_ada.get(REVIEW))
    assert ">likely (2 open)<" in page and ">review (0 open)<" in page


@pytest.mark.parametrize("query", ["band=x", "state=ZZ", "rep=999999999999999999999", "rep=x", "pair=1-1", "pair=x"])
def test_a_filter_that_means_nothing_counts_as_none(three, as_ada, query):
    assert on_page(as_ada.get(f"{REVIEW}?{query}")) == three[0]


def test_what_was_put_off_comes_last_and_in_that_order(three, as_ada):
    decide(as_ada, three[1], "later")
    decide(as_ada, three[0], "later")
    assert on_page(decide(as_ada, three[2], "later")) == three[1]
    assert on_page(decide(as_ada, three[1], "later")) == three[0]


def test_what_one_person_put_off_comes_first_for_another(three, as_ada, client):
    decide(as_ada, three[0], "later")
    as_role(client, "quality")
    assert on_page(client.get(REVIEW)) == three[0]


def test_says_that_nobody_searched_and_what_belongs_here(as_ada):
    page = text(as_ada.get(REVIEW))
    assert "Pairs of customers that look alike stand here" in page
    assert "Nobody has searched yet." in page


def test_says_that_all_are_decided(three, as_ada):
    for pair in three:
        answer = decide(as_ada, pair, "not_duplicate")
    assert "All 3 pairs that were found are decided." in text(answer)
    assert "<strong>3 of 3</strong> decided" in text(answer)


# -- what the page says ------------------------------------------------------------------------------


def test_marks_what_differs_in_words_and_leaves_out_what_both_lack(demo):
    first = Customer(facility_name="St. Mary's Hospital", city="Springfield", phone="217 555", email="a@x.org")
    second = Customer(facility_name="St Marys Hospital Inc", city="Springfield", phone="217-555")
    verdicts = {line.name: line.verdict for line in compared(first, second)}
    assert verdicts["facility_name"] == "differs"
    assert verdicts["phone"] == "written differently"
    assert verdicts["email"] == "on one side only"
    assert verdicts["city"] == "same"
    assert "state" not in verdicts


def test_marks_the_words_that_the_other_side_lacks():
    assert [piece.text for piece in marked("Saint Marys Hospital, Inc.", "St. Mary's HOSPITAL") if piece.is_own] == [
        "Saint",
        "Inc.",
    ]


def test_says_what_hangs_on_each_and_leads_to_it(demo):
    customers = with_counts([demo.north.pk, demo.north_inc.pk])
    rows = {row.what: row for row in hanging_on(customers[demo.north.pk], customers[demo.north_inc.pk])}
    shown = {what: [value for value, _ in row.shown] for what, row in rows.items()}
    assert shown["sales orders"] == ["1", "1"] and shown["contacts"] == ["1", "2"]
    assert shown["last order"] == ["2026-01-02", "2026-01-02"]
    assert (shown["shipments"], shown["units shipped"], shown["last shipped"]) == (
        ["1", "0"],
        ["1", "0"],
        ["2026-01-05", "–"],
    )
    assert rows["sales orders"].shown[0][1] == f"/admin/sales/salesorder/?customer__id__exact={demo.north.pk}"


def test_says_why_how_sure_and_in_which_band(three, as_ada):
    page = text(as_ada.get(REVIEW))
    assert "<li>same phone</li><li>names differ by 'Inc'</li>" in page
    assert "very likely (98 %)" in page or "almost certain (99 %)" in page
    assert "Probably one customer: St. Mary's Hospital and Saint Marys Hosp" in page


@pytest.mark.parametrize(
    "confidence, words", [(1.0, "almost certain (99 %)"), (0.9, "very likely (90 %)"), (0.2, "doubtful (20 %)")]
)
def test_says_confidence_in_words_and_never_that_it_is_certain(confidence, words):
    assert confidence_in_words(confidence) == words


def test_shows_the_other_members_of_a_cluster_once(three, demo, as_ada):
    first, second = three[0].first_id, three[0].second_id
    third = demo.customer("Saint Mary Hospital Springfield")
    nearer = demo.candidate(Customer(pk=second), third, confidence=0.9)
    demo.candidate(Customer(pk=first), third, confidence=0.6)
    [other] = as_ada.get(REVIEW).context["others"]
    assert (other.customer, other.pair, other.like.pk) == (third, nearer, second)
    assert f'href="/admin/customers/duplicates/?pair={second}-{third.pk}"' in text(as_ada.get(REVIEW))


def test_the_one_with_a_number_stays_then_the_older_and_a_person_may_swap(three, as_ada):
    first, second = three[0].first_id, three[0].second_id
    assert as_ada.get(REVIEW).context["survivor"].pk == first
    assert as_ada.get(REVIEW, {"survivor": second, "pair": f"{first}-{second}"}).context["survivor"].pk == second
    Customer.objects.filter(pk=second).update(customer_number="C-9")
    assert as_ada.get(REVIEW).context["survivor"].pk == second


def test_shows_any_two_customers_with_what_the_matcher_says_now(demo, as_ada):
    first, second = alike()
    answer = as_ada.get(REVIEW, {"pair": f"{first.pk}-{second.pk}"})
    assert "phone" in answer.context["pair"].evidence.reasons
    answer = as_ada.get(REVIEW, {"pair": f"{first.pk}-{demo.idle.pk}"})
    assert "The matcher does not find these two alike." in text(answer)


def test_a_pair_whose_customer_is_gone_leads_to_the_next_and_says_so(three, demo, as_ada):
    CustomerAlias.objects.create(kind="id", value="4711", customer=demo.north)
    answer = as_ada.get(REVIEW, {"pair": f"4711-{demo.idle.pk}"})
    assert said(answer) == ["Customer 4711 is part of North Clinic now."]
    assert on_page(answer) == three[0]
    assert said(as_ada.get(REVIEW, {"pair": f"{demo.idle.pk}-4712"})) == ["There is no customer 4712."]


def test_a_pair_that_was_refused_says_by_whom_and_why(three, demo, as_ada):
    pair = three[0]
    told = {"decided_by": demo.ada, "reason": "two campuses"}
    no = NotDuplicate.objects.create(first_id=pair.first_id, second_id=pair.second_id, **told)
    page = text(as_ada.get(REVIEW, {"pair": pair.pair}))
    assert "ada said on" in page and "“two campuses”" in page
    assert f"/admin/customers/notduplicate/{no.pk}/change/" in page


def test_costs_as_many_queries_for_a_long_queue_as_for_a_short_one(demo, as_ada, django_assert_num_queries):
    for nth in range(3):
        demo.candidate(*alike(nth))
    third = demo.customer("Another one")
    demo.candidate(Customer.objects.earliest("pk"), third, confidence=0.99)
    with django_assert_num_queries(12):
        as_ada.get(REVIEW)
    for nth in range(3, 12):
        demo.candidate(*alike(nth))
    with django_assert_num_queries(12):
        as_ada.get(REVIEW)


# -- what a person decides ---------------------------------------------------------------------------


def test_a_no_is_recorded_at_once_and_the_next_pair_comes(three, demo, as_ada):
    answer = decide(as_ada, three[0], "not_duplicate", reason="two campuses")
    no = NotDuplicate.objects.get()
    assert (no.first_id, no.second_id) == (three[0].first_id, three[0].second_id)
    assert (no.decided_by, no.reason) == (demo.ada, "two campuses")
    assert on_page(answer) == three[1]
    entry = AuditEntry.objects.get(model="customers.NotDuplicate")
    assert (entry.run.actor, entry.run.reason) == (demo.ada, "two campuses")
    assert [unescape(words) for words in said(answer)] == [
        "Different customers: St. Mary's Hospital and Saint Marys Hosp. "
        f'<a href="/admin/eqms/operationrun/operations/undo/?run={entry.run.pk}">Undo</a>'
    ]


def test_a_no_that_is_undone_brings_the_pair_back(three, as_ada):
    answer = decide(as_ada, three[0], "not_duplicate")
    address = said(answer)[0].split('"')[1]
    plan = as_ada.get(address)
    as_ada.post(address.split("?")[0], {**confirmed(plan), "reason": "they are one after all"})
    assert on_page(as_ada.get(REVIEW)) == three[0]


def confirmed(answer):
    form = answer.context["form"]
    options = {name: form[name].value() for name in form.fields}
    return {**options, "confirm": answer.context["confirm"], "selection": answer.context["selection"]}


def test_a_no_said_twice_is_noted_once(three, as_ada):
    decide(as_ada, three[0], "not_duplicate")
    answer = decide(as_ada, three[0], "not_duplicate")
    assert NotDuplicate.objects.count() == 1
    assert "noted already" in said(answer)[0]


def test_the_filters_stay_from_pair_to_pair(three, demo, as_ada):
    DuplicateCandidate.objects.filter(pk=three[1].pk).update(band="review")
    answer = decide(as_ada, three[0], "not_duplicate", "?band=likely&nonsense=1")
    assert answer.redirect_chain == [(f"{REVIEW}?band=likely", 302)]
    assert on_page(answer) == three[2]


def test_a_decision_about_a_customer_that_is_gone_writes_nothing(three, demo, as_ada):
    Customer.objects.filter(pk=three[0].second_id).delete()
    answer = decide(as_ada, three[0], "not_duplicate")
    assert said(answer)[0].startswith("Nothing was written.")
    assert not NotDuplicate.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"pair": "x", "decision": "later"}, {"pair": "1-2", "decision": "burn"}])
def test_what_is_no_decision_writes_nothing(three, as_ada, sent):
    answer = as_ada.post(f"{REVIEW}decide", sent, follow=True)
    assert said(answer) == ["Nothing was written: that was no decision about a pair. Here is the next one."]


def test_a_decision_about_a_pair_that_no_search_found_can_be_put_off(demo, as_ada):
    assert as_ada.post(f"{REVIEW}decide", {"pair": "4711-4712", "decision": "later"}).status_code == 302


# -- merging -----------------------------------------------------------------------------------------


def merge_page(client, pair, **query):
    return client.get(REVIEW, {"pair": pair.pair, "merge": 1, **query})


def merged(client, answer, reason="the same house", **more):
    """Send what the button below the plan sends."""
    context = answer.context
    sent = {"pair": context["pair"].name, "decision": "merge", "survivor": context["survivor"].pk, "reason": reason}
    sent |= {"confirm": context["confirm"], "choose": context["choose"]}
    return client.post(f"{REVIEW}decide?band=likely", {**sent, **more}, follow=True)


def test_a_merge_shows_its_plan_beneath_the_pair_and_writes_nothing(three, as_ada):
    page = text(merge_page(as_ada, three[0]))
    assert "Merge 1 customer into St. Mary's Hospital</button>" in page
    assert "becomes part of St. Mary's Hospital" in page
    assert "Not a duplicate" not in page
    assert Customer.objects.filter(pk=three[0].second_id).exists()


def test_a_confirmed_merge_is_written_and_the_next_pair_comes(three, demo, as_ada):
    answer = merged(as_ada, merge_page(as_ada, three[0]))
    assert not Customer.objects.filter(pk=three[0].second_id).exists()
    assert answer.redirect_chain == [(f"{REVIEW}?band=likely", 302)]
    assert on_page(answer) == three[1]
    run = AuditEntry.objects.filter(verb="delete").get().run
    assert (run.operation, run.actor, run.reason) == ("merge_customers", demo.ada, "the same house")
    assert unescape(said(answer)[0]) == (
        f'Merged into St. Mary\'s Hospital. <a href="/admin/eqms/operationrun/operations/undo/?run={run.pk}">Undo</a>'
    )
    assert answer.context["progress"] == Progress(1, 3)


def test_the_other_one_stays_after_a_swap(three, as_ada):
    merged(as_ada, merge_page(as_ada, three[0], survivor=three[0].second_id))
    assert not Customer.objects.filter(pk=three[0].first_id).exists()
    assert Customer.objects.filter(pk=three[0].second_id).exists()


def test_a_person_chooses_whose_value_stays(three, as_ada):
    page = merge_page(as_ada, three[0], **{"choose.facility_name": three[0].second_id})
    assert "facility_name" in [column.name for column in page.context["columns"]]
    merged(as_ada, page)
    assert Customer.objects.get(pk=three[0].first_id).facility_name == "Saint Marys Hosp"


def test_a_merge_without_a_reason_writes_nothing_and_keeps_the_choices(three, as_ada):
    page = merge_page(as_ada, three[0], **{"choose.facility_name": three[0].second_id})
    answer = merged(as_ada, page, reason=" ")
    assert said(answer)[0].startswith("Nothing was written.")
    assert answer.context["choose"] == f"facility_name={three[0].second_id}"
    assert answer.context["survivor"].pk == three[0].first_id
    assert on_page(answer) == three[0]


def test_a_merge_whose_rows_moved_meanwhile_writes_nothing_and_shows_the_new_plan(three, as_ada):
    page = merge_page(as_ada, three[0])
    Customer.objects.filter(pk=three[0].second_id).update(email="new@example.org")
    answer = merged(as_ada, page)
    assert said(answer)[0].startswith("Nothing was written.")
    assert "new@example.org" in text(answer) and 'value="the same house"' in text(answer)
    assert Customer.objects.filter(pk=three[0].second_id).exists()


def test_a_merge_that_a_rule_forbids_says_why(three, as_ada):
    for number, key in enumerate((three[0].first_id, three[0].second_id)):
        portal = User.objects.create_user(f"customer-{number}")
        Customer.objects.filter(pk=key).update(portal_user=portal)
    page = text(merge_page(as_ada, three[0]))
    assert "These two cannot be merged so." in page and "each have a portal user" in page
    assert 'value="merge"' not in page


@pytest.mark.parametrize("nonsense", ["nothing=1", "phone=x", "phone=99999"])
def test_a_choice_that_means_nothing_is_refused_in_words(three, as_ada, nonsense):
    assert "cannot be merged so" in text(merge_page(as_ada, three[0], choose=nonsense))


def test_a_token_that_confirms_nothing_writes_nothing(three, as_ada):
    answer = merged(as_ada, merge_page(as_ada, three[0]), confirm="forged")
    assert "was not made here" in said(answer)[0]
    assert Customer.objects.filter(pk=three[0].second_id).exists()


def test_sales_may_say_no_and_not_merge(three, client):
    as_role(client, "sales")
    page = text(merge_page(client, three[0]))
    assert "Not a duplicate" in page and "Merge" not in page
    sent = {"pair": three[0].pair, "decision": "merge", "confirm": "x"}
    assert client.post(f"{REVIEW}decide", sent).status_code == 403


# -- who may what ------------------------------------------------------------------------------------


def test_a_viewer_sees_the_pairs_and_decides_nothing(three, client):
    as_role(client, "viewer")
    page = text(client.get(REVIEW))
    assert "Saint Marys Hosp" in page
    assert "Not a duplicate" not in page and "Search for duplicates now" not in page and "Merge" not in page
    assert decide(client, three[0], "not_duplicate").status_code == 403
    assert client.post(f"{REVIEW}search").status_code == 403
    assert not NotDuplicate.objects.exists()


def test_who_may_not_see_candidates_is_refused(three, client):
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(REVIEW).status_code == 403


def test_who_may_not_undo_gets_no_link_to_it(three, client):
    as_role(client, "sales")
    assert said(decide(client, three[0], "not_duplicate")) == [
        "Different customers: St. Mary's Hospital and Saint Marys Hosp."
    ]


# -- the search and the ways here --------------------------------------------------------------------


def test_the_button_asks_for_one_search_at_a_time(demo, as_ada):
    first = as_ada.post(f"{REVIEW}search?band=likely", follow=True)
    job = Job.objects.get(kind="find_duplicates")
    assert said(first) == [f'The search begins: <a href="/admin/eqms/job/{job.pk}/change/">job {job.pk}</a>.']
    assert first.redirect_chain == [(f"{REVIEW}?band=likely", 302)]
    Job.objects.update(state=Job.State.RUNNING, done=3, total=10, message="Reading customers")
    again = as_ada.post(f"{REVIEW}search", follow=True)
    assert said(again)[0].startswith("A search is under way already")
    assert "running</span>" in text(again) and ", 3 of 10: Reading customers" in text(again)


@pytest.mark.parametrize("page", ["/admin/customers/customer/", "/admin/maintenance/"])
def test_the_list_of_customers_and_maintenance_lead_here(page, as_ada):
    assert f'<a href="{REVIEW}">Review duplicates</a>' in text(as_ada.get(page))


def test_a_state_that_no_pair_has_is_not_offered(three, demo, as_ada):
    demo.customer("Elsewhere").delete()
    Customer.objects.create(facility_name="Reno Dental", state="NV", city="Reno")
    assert SAME_PLACE["state"] in text(as_ada.get(REVIEW))
    assert '<option value="NV">' not in text(as_ada.get(REVIEW))
