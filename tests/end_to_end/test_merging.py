"""Merging with a browser: from the list to the plan, a value chosen by keyboard, the button, the way back."""

from customers.models import Customer


def test_two_customers_are_merged_from_the_list_and_the_old_address_leads_on(demo, client, visit):
    Customer.objects.filter(pk=demo.north.pk).update(phone="217 555-0141", primary_rep=demo.rep)
    Customer.objects.filter(pk=demo.north_inc.pk).update(phone="217 555-0142", email="desk@north.example")
    client.force_login(demo.ada)
    visit.sign_in_quietly(client)
    page = visit.page
    visit.open("/admin/customers/customer/?q=north")
    for box in page.locator("input.action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("merge_customers")
    page.locator("button[name=index]").first.click()
    visit.look("merge of two customers")
    page.get_by_role("radio", name="Phone of North Clinic: 217 555-0141").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Show the plan with these values").click()
    assert page.get_by_role("radio", name="Phone of North Clinic Inc: 217 555-0142").is_checked()
    visit.look("merge with a chosen value")
    page.get_by_label("Reason").fill("one house, two doors")
    page.get_by_role("button", name="Merge 1 customer into North Clinic").click()
    page.get_by_role("link", name="Undo: show what that would change").wait_for()
    visit.look("run of a merge")
    assert Customer.objects.get(pk=demo.north.pk).phone == "217 555-0142"
    visit.open(f"/admin/customers/customer/{demo.north_inc.pk}/change/")
    assert page.url.endswith(f"/{demo.north.pk}/change/")
