"""The audit log: who did what and when. Every change is recorded; entries never change; administrators read them."""
