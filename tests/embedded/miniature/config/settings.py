SECRET_KEY = "miniature"
