"""The people who sign in."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group

from eqms.models import User


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Stock's page for users. A person who leaves is made inactive: runs and signatures go on naming them."""

    list_display = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "groups")

    def has_delete_permission(self, request, obj=None):
        return False


class RoleAdmin(GroupAdmin):
    """Stock's page for groups, one by one: ``release`` makes the roles, so nobody deletes a selection of them."""

    actions = None


admin.site.replace(Group, RoleAdmin)
