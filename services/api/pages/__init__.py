"""The pages people open: the dashboard and the demo site, as the web build made them."""
