vacuum (analyze) events
