"""The OpenAPI document, generated from the types of the API's handlers."""
