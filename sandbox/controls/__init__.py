"""What the controls do, an area a file. Each is called with the account, the JSON body, and the names in its path."""
