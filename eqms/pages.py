"""Pages of the admin beside its lists and forms: who may open them, and the frame around them."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

View = Callable[..., HttpResponseBase]


def admin_page(permission: str = "", *, cacheable: bool = False) -> Callable[[View], View]:
    """Make a view a page for staff, or for those with ``permission``: 403 without it, the login before that.

    Browsers keep nothing of it, unless it is ``cacheable`` and says for how long.
    """

    def decorate(view: View) -> View:
        checked = permission_required(permission, raise_exception=True)(view) if permission else view
        return wraps(view)(admin.site.admin_view(checked, cacheable))

    return decorate


def answer_page(request: HttpRequest, template: str, title: str, **context) -> TemplateResponse:
    """Answer with ``template`` in the frame of the admin."""
    return TemplateResponse(request, template, {**admin.site.each_context(request), "title": title, **context})
