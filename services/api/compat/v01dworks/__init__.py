"""Short addresses: a site's numbers under the names by which clients of v01dworks' Analytics API ask for them."""
