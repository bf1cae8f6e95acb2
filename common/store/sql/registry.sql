-- Every site as the collector must know it.
select id, name, origins, identity, privacy_signal
from sites
where deleted_at is null
order by id
