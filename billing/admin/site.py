"""The staff's site."""

from unfold.sites import UnfoldAdminSite


class CountinghouseAdminSite(UnfoldAdminSite):
    site_header = "Countinghouse"
    site_title = "Countinghouse"
    index_title = "Home"
