"""Addresses of orders and their papers, below /admin/sales-orders/."""

from django.urls import path

from sales.views import order_files, order_papers, papers

urlpatterns = [
    path("import-pdf", papers.upload_papers, name="upload_papers"),
    path("import-pdf-bulk", papers.upload_papers, name="upload_papers_bulk"),
    path("<int:number>/upload-pdf", order_papers.upload_pdf_of_order, name="upload_pdf_of_order"),
    *order_files.ORDER_FILES.paths(""),
    path("uploads/<int:number>", papers.upload, name="upload"),
    path("uploads/<int:number>/progress", papers.upload_progress, name="upload_progress"),
    path("papers/<int:number>", papers.paper, name="paper"),
    path("papers/<int:number>/page/<int:page>.png", papers.paper_picture, name="paper_picture"),
    path("papers/<int:number>/pages.pdf", papers.paper_pages, name="paper_pages"),
    path("papers/<int:number>/read-again", papers.read_paper_again, name="read_paper_again"),
    path("papers/<int:number>/assign", papers.assign_paper, name="assign_paper"),
    path("papers/<int:number>/customer", papers.choose_customer, name="customer_of_paper"),
    path("papers/<int:number>/set-aside", papers.set_paper_aside, name="set_paper_aside"),
]
