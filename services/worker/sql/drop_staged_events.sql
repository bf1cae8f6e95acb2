drop table staged_events
