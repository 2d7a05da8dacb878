"""A web process that dies at a chosen point: the product's own settings, and an app that lies in wait.

`BREAK_FILE` is a file with the name of the point. Who reaches that point takes the file away and kills its own
process with SIGKILL, once.
"""
