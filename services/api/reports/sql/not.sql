not ({condition})
