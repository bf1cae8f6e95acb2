-- Holds for events of other kinds too.
(e.kind <> all({kinds}::smallint[]) or {condition})
