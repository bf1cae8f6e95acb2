-- Acts as $1 from here on, until the connection ends. Gives no row where there is no such role, or no way into it.
select set_config('role', rolname, false) from pg_roles where rolname = $1 and pg_has_role(session_user, oid, 'member')
