-- Signed access: who made a site's key and when it was used last, by which scheme; which schemes a site takes.
alter table site_keys
    add column created_by uuid references users on delete set null,
    add column last_used_at timestamptz,
    add column last_scheme text;

alter table sites
    add column signature_schemes text[] not null default '{legacy,rfc9421}'
        check (signature_schemes <@ '{legacy,rfc9421}'::text[]);
