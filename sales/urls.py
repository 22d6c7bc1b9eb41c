"""Addresses of orders and their papers, below /admin/sales-orders/."""

from django.urls import path

from sales import views

urlpatterns = [
    path("import-pdf", views.upload_papers, name="upload_papers"),
    path("import-pdf-bulk", views.upload_papers, name="upload_papers_bulk"),
    path("uploads/<int:number>", views.upload, name="upload"),
    path("uploads/<int:number>/progress", views.upload_progress, name="upload_progress"),
    path("papers/<int:number>", views.paper, name="paper"),
    path("papers/<int:number>/page/<int:page>.png", views.paper_picture, name="paper_picture"),
    path("papers/<int:number>/pages.pdf", views.paper_pages, name="paper_pages"),
    path("papers/<int:number>/read-again", views.read_paper_again, name="read_paper_again"),
    path("papers/<int:number>/assign", views.assign_paper, name="assign_paper"),
    path("papers/<int:number>/set-aside", views.set_paper_aside, name="set_paper_aside"),
]
