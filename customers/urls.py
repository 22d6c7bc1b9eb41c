"""Addresses of the review of duplicates, below /admin/customers/."""

from django.urls import path

from customers.views import review

urlpatterns = [
    path("duplicates/", review.review_duplicates, name="review_duplicates"),
    path("duplicates/decide", review.decide_duplicates, name="decide_duplicates"),
    path("duplicates/search", review.search_duplicates, name="search_duplicates"),
]
