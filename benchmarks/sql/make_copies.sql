-- Empty tables with the columns and indexes of those that the worker fills.
drop table if exists copied_visitors, copied_visits, copied_events;
create table copied_visitors (like visitors including all);
create table copied_visits (like visits including all);
create table copied_events (like events including all);
