"""The pages that people see: Checkout, the customer portal, invoices, receipts, authentication.

Plain HTML without scripts and without anything from elsewhere. GET never changes anything; a form is answered with a
redirect, or with the page again and what is wrong.
"""
