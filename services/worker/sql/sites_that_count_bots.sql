-- Sites whose bots are counted like everybody.
select id from sites where bot_policy = 'count'
