-- For a visitor who is held. $1 site, $2 visitor, $3 label, $4 note, $5 now.
insert into visitor_notes (site_id, visitor_id, label, note, updated_at)
values ($1, $2, $3, $4, $5)
on conflict (site_id, visitor_id) do update
set label = excluded.label, note = excluded.note, updated_at = excluded.updated_at
