from drf_standardized_errors.formatter import ExceptionFormatter


class ProblemFormatter(ExceptionFormatter):
    pass
