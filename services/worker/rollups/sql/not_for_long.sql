-- Whoever waits makes others wait, who come after. Until the transaction ends.
set local lock_timeout = '3s'
