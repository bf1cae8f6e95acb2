drop table staged_visits
