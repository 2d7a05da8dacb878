from rest_framework.authentication import BaseAuthentication, SessionAuthentication

__all__ = ["ApiKeyAuthentication", "LoginTokenAuthentication", "SessionAuthentication"]


class ApiKeyAuthentication(BaseAuthentication):
    def authenticate(self, request):
        return None


class LoginTokenAuthentication(BaseAuthentication):
    def authenticate(self, request):
        return None
