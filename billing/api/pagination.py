from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    page_size = 25
