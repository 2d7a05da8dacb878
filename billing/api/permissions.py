from rest_framework.permissions import BasePermission


class HasScope(BasePermission):
    def has_permission(self, request, view):
        return False
