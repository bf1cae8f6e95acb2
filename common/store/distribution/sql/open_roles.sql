-- The coordinator speaks to the other servers as the role that a session has entered. So there the roles have to be, and
-- may log in; without a password, so whether they can is for those servers' pg_hba.conf to say.
do $$
declare
    entered record;
    attributes text;
    answer record;
begin
    for entered in
        select rolname, rolbypassrls, rolcanlogin
        from pg_roles
        where rolname in ('pyuniqvisit_api', 'pyuniqvisit_worker')
    loop
        attributes := 'login' || case when entered.rolbypassrls then ' bypassrls' else '' end;
        for answer in
            select *
            from run_command_on_workers(format(
                'do $make$ begin if to_regrole(%L) is null then create role %I %s; end if; end $make$',
                entered.rolname, entered.rolname, attributes
            ))
        loop
            if not answer.success then
                raise exception 'the role % could not be made on %:%: %',
                    entered.rolname, answer.nodename, answer.nodeport, answer.result;
            end if;
        end loop;
        if not entered.rolcanlogin then
            execute format('alter role %I login', entered.rolname);
        end if;
    end loop;
end
$$
