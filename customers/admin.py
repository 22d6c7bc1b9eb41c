from django.contrib import admin

from eqms.operations.admin import TracedAdmin

from .models import Customer
from .operations import cleanup_zero_order_customers


@admin.register(Customer)
class CustomerAdmin(TracedAdmin):
    list_display = ("facility_name", "customer_number", "city", "state", "status")
    list_filter = ("status",)
    search_fields = ("facility_name", "customer_number")
    operations = (cleanup_zero_order_customers,)
    show_full_result_count = False
