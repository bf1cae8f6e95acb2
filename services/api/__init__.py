"""The read path over HTTP: who may ask, the sites, their numbers, and the pages that show them."""
