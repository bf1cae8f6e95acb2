vacuum (analyze) visits
