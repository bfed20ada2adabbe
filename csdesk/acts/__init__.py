"""The tables of actions, one file a group. csdesk.actions puts them together; nobody else reads them."""
