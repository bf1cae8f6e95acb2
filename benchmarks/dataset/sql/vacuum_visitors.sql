vacuum (analyze) visitors
